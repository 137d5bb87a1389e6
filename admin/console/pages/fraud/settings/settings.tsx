import { Answered } from '../../../parts/answered.tsx';
import { useSettings } from './queries.ts';
import { SettingsForm } from './settings-form.tsx';

/** Thresholds, what blocked visitors get, and what other thresholds would have found. */
export function Settings() {
  const settings = useSettings();
  return (
    <Answered query={settings} height={420}>
      {(saved) => <SettingsForm saved={saved} />}
    </Answered>
  );
}
