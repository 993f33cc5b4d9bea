/** Code that sends one purchase, as it is pasted: no library beyond what the language brings. */

export const LANGUAGES = ['curl', 'javascript', 'python', 'php', 'go'] as const;
export type SnippetLanguage = (typeof LANGUAGES)[number];

export const NAMES: Record<SnippetLanguage, string> = {
  curl: 'curl',
  javascript: 'JavaScript',
  python: 'Python',
  php: 'PHP',
  go: 'Go',
};

export interface SnippetValues {
  /** Where the server is reached, without a slash at the end. */
  url: string;
  key: string;
  product: string;
  /** RFC 3339. */
  occurredAt: string;
}

function purchase({ product, occurredAt }: SnippetValues): string {
  return JSON.stringify(
    { purchase_id: '1001', customer_id: '42', product, amount: 15.3, occurred_at: occurredAt },
    null,
    2,
  );
}

function indent(text: string, by: string): string {
  return text.replaceAll('\n', `\n${by}`);
}

/** As the text of a shell word between single quotes. */
function shell(text: string): string {
  return text.replaceAll("'", `'\\''`);
}

const WRITERS: Record<SnippetLanguage, (values: SnippetValues) => string> = {
  curl: (values) => `curl -X POST '${shell(values.url)}/v1/purchases' \\
  -H 'Authorization: Bearer ${values.key}' \\
  -H 'Content-Type: application/json' \\
  -d '${shell(purchase(values))}'`,

  javascript: (values) => `fetch('${values.url}/v1/purchases', {
  method: 'POST',
  headers: {
    Authorization: 'Bearer ${values.key}',
    'Content-Type': 'application/json',
  },
  body: JSON.stringify(${indent(purchase(values), '  ')}),
})
  .then(async (answer) => console.log(answer.status, await answer.text()));`,

  python: (values) => `import json
import urllib.request

purchase = ${purchase(values)}

request = urllib.request.Request(
    "${values.url}/v1/purchases",
    data=json.dumps(purchase).encode(),
    headers={
        "Authorization": "Bearer ${values.key}",
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request) as answer:
    print(answer.status, answer.read().decode())`,

  php: (values) => `<?php
$purchase = json_decode('${purchase(values).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}');

$context = stream_context_create(['http' => [
    'method' => 'POST',
    'header' => "Authorization: Bearer ${values.key}\\r\\nContent-Type: application/json",
    'content' => json_encode($purchase),
    'ignore_errors' => true,
]]);
echo file_get_contents('${values.url}/v1/purchases', false, $context);`,

  go: (values) => `package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

func main() {
	purchase := \`${indent(purchase(values), '\t')}\`
	request, err := http.NewRequest("POST", "${values.url}/v1/purchases", strings.NewReader(purchase))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "Bearer ${values.key}")
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.Status, string(body))
}`,
};

export function snippet(language: SnippetLanguage, values: SnippetValues): string {
  return WRITERS[language](values);
}
