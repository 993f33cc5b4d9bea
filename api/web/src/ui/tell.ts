import { type NotificationData, notifications } from '@mantine/notifications';
import { i18n } from '~/i18n';

/** A short message in the corner, whose button to close it has a name. */
export function tell(message: NotificationData): void {
  notifications.show({ closeButtonProps: { 'aria-label': i18n.t('common.actions.close') }, ...message });
}
