import { ActionIcon, Menu, ScrollArea, Text, TextInput, Tooltip } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { useRef } from 'react';
import { useEditor } from './context.ts';

/** The address of a destination, with a menu of the macros that may stand in it. */
export function TemplateInput({
  label,
  value,
  onChange,
  ...field
}: {
  id: string;
  error: string | undefined;
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { schema } = useEditor();
  const input = useRef<HTMLInputElement>(null);
  const insert = (macro: string) => {
    const at = input.current?.selectionStart ?? value.length;
    const end = input.current?.selectionEnd ?? at;
    onChange(`${value.slice(0, at)}${macro}${value.slice(end)}`);
  };
  return (
    <TextInput
      {...field}
      ref={input}
      flex="1 1 260px"
      label={label}
      placeholder="https://shop.example/?c={event_id}"
      type="text"
      inputMode="url"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      rightSection={
        <Menu position="bottom-end" width={300}>
          <Menu.Target>
            <Tooltip label="Insert a macro">
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Insert a macro into ${label.toLowerCase()}`}
              >
                <IconBraces size={16} />
              </ActionIcon>
            </Tooltip>
          </Menu.Target>
          <Menu.Dropdown>
            <ScrollArea.Autosize mah={300} type="auto">
              {schema.macros.map(({ macro, meaning }) => (
                <Menu.Item key={macro} onClick={() => insert(macro.replace('<name>', 'sub1'))}>
                  <span className="literal">{macro}</span>
                  <Text size="xs" c="dimmed">
                    {meaning}
                  </Text>
                </Menu.Item>
              ))}
            </ScrollArea.Autosize>
          </Menu.Dropdown>
        </Menu>
      }
    />
  );
}
