import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** A password field. Its eye is reached by keyboard too. */
export function Password(props: PasswordInputProps) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t('auth.fields.password')}
      visibilityToggleButtonProps={{
        'aria-label': t('auth.fields.reveal'),
        'aria-hidden': false,
        tabIndex: 0,
      }}
      {...props}
    />
  );
}
