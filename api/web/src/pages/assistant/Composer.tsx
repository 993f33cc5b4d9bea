import { ActionIcon, Textarea } from '@mantine/core';
import { IconArrowUp, IconPlayerStopFilled } from '@tabler/icons-react';
import { type FormEvent, type KeyboardEvent, type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Assistant.module.css';

const LONGEST = 1000;

interface ComposerProps {
  field: RefObject<HTMLTextAreaElement | null>;
  busy: boolean;
  /** What was asked last: the up arrow brings it back. */
  last: string | undefined;
  onAsk: (text: string) => void;
  onStop: () => void;
}

/** Enter asks, Shift+Enter is a new line, the up arrow in an empty field edits the question before. */
export function Composer({ field, busy, last, onAsk, onStop }: ComposerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const ready = text.trim() !== '' && !busy;
  const send = () => {
    if (!ready) return;
    onAsk(text.trim());
    setText('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // A letter that is still being composed ends with Enter too.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
    if (event.key === 'ArrowUp' && text === '' && last) {
      event.preventDefault();
      setText(last);
    }
    if (event.key === 'Escape' && busy) onStop();
  };
  return (
    <form onSubmit={submit} className={classes.composer}>
      <Textarea
        ref={field}
        className={classes.field}
        aria-label={t('assistant.field')}
        placeholder={t('assistant.placeholder')}
        autosize
        minRows={1}
        maxRows={6}
        maxLength={LONGEST}
        value={text}
        autoFocus
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={press}
      />
      {busy ? (
        <ActionIcon size={34} variant="default" aria-label={t('assistant.stop')} onClick={onStop}>
          <IconPlayerStopFilled size={15} />
        </ActionIcon>
      ) : (
        <ActionIcon size={34} type="submit" aria-label={t('assistant.send')} disabled={!ready}>
          <IconArrowUp size={17} />
        </ActionIcon>
      )}
    </form>
  );
}
