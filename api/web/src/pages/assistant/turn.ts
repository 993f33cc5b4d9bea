import type { Plan, PlanChoice, Reply, StoredMessage, Verdict } from '~/api/assistant';
import { Problem, type ProblemBody } from '~/api/problem';
import type { StreamEvent } from '~/lib/eventStream';

/** How far an answer has come. */
export type Step = 'reading' | 'counting' | 'telling' | 'done' | 'stopped' | 'failed';

/** A question and what has come of its answer. */
export interface Turn {
  key: string;
  /** In words; of an edited plan what was chosen. */
  question: string;
  /** The plan that was sent instead of words. */
  plan?: Plan;
  step: Step;
  reply: Partial<Reply>;
  problem?: Problem;
  verdict?: Verdict | null;
  /** From the history: its figures are not kept. */
  stored?: boolean;
}

export function isRunning({ step }: Turn): boolean {
  return step === 'reading' || step === 'counting' || step === 'telling';
}

export function fail(turn: Turn, problem: Problem): Turn {
  return { ...turn, step: 'failed', problem };
}

/** The turn after an event. Unknown events are of a newer server and are passed over. */
export function apply(turn: Turn, { name, data }: StreamEvent): Turn {
  if (!['plan', 'result', 'narrative', 'done', 'error'].includes(name)) return turn;
  let told: unknown;
  try {
    told = JSON.parse(data);
  } catch {
    return fail(turn, new Problem(0, { code: 'cut', detail: 'an event of the answer is not JSON' }));
  }
  const reply = { ...turn.reply, ...(told as Partial<Reply>) };
  switch (name) {
    case 'plan':
      return { ...turn, step: 'counting', reply };
    case 'result':
      return { ...turn, step: 'telling', reply };
    case 'narrative':
      return { ...turn, step: 'telling', reply };
    case 'done':
      return { ...turn, step: 'done', reply };
    default: {
      const body = told as ProblemBody;
      return fail(turn, new Problem(body.status ?? 500, body));
    }
  }
}

/** The conversation that an event names: a new one has its id from the first event on. */
export function conversationOf({ name, data }: StreamEvent): string | undefined {
  if (name !== 'plan' && name !== 'done') return undefined;
  try {
    return (JSON.parse(data) as Partial<Reply>).conversation_id;
  } catch {
    return undefined;
  }
}

/** A stream has ended: without `done` it broke off. */
export function end(turn: Turn): Turn {
  if (!isRunning(turn)) return turn;
  return fail(turn, new Problem(0, { code: 'cut', detail: 'the answer ended before it was whole' }));
}

export function stop(turn: Turn): Turn {
  return isRunning(turn) ? { ...turn, step: 'stopped' } : turn;
}

/** A question of the history. Which model took part is kept of it by name alone. */
export function ofStored({ id, question, model, source, elapsed_ms: times, ...rest }: StoredMessage): Turn {
  return {
    key: id,
    question,
    step: 'done',
    reply: {
      ...rest,
      message_id: id,
      source: source as Reply['source'],
      model: model ? { name: model, planned: false, told: false } : null,
      elapsed_ms: times?.total,
    },
    stored: true,
  };
}

/** One-tap readings: what was meant, else what may have been. */
export function readings({ choices, alternatives }: Partial<Reply>): PlanChoice[] {
  return choices?.length ? choices : (alternatives ?? []);
}
