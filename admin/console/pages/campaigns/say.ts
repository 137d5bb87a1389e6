import { notifications } from '@mantine/notifications';

const closeButtonProps = { 'aria-label': 'Close' };

/** Says in passing what has been done. */
export function say(message: string): void {
  notifications.show({ message, closeButtonProps });
}

/** Says that something was not done, and why. */
export function sayFailed(title: string, error: Error): void {
  notifications.show({ color: 'red', title, message: error.message, closeButtonProps });
}
