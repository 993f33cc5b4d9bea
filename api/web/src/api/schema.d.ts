// Written by `npm run api` from openapi.json; not to be edited.

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is it alive
         * @description Answers as long as the process serves HTTP.
         */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description In the text format of Prometheus. They hold no workspace and no person. With the setting `metrics_listen` they are at that
         *     address, and here is a 404.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is it ready
         * @description Answers 200 when the control database answers too; 503 otherwise: send requests elsewhere for now.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Those that are not revoked, the newest first; `stopped` says why one opens nothing. The keys themselves are not shown.
         */
        get: operations["list_api_keys"];
        put?: never;
        /**
         * Make an API key
         * @description The key is shown once; what is stored is its hash. It stands for the person who makes it: it may what its scopes and that person's
         *     present role both allow, and stops when they leave.
         */
        post: operations["create_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description From the moment of the answer no request passes with it.
         */
        delete: operations["revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assistant/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check the verified questions
         * @description Runs all of them and compares their rows with those that are expected: what to do after a change of definitions or data.
         */
        post: operations["check_verified_questions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assistant/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your conversations
         * @description What you have asked the assistant in this workspace, those used last first.
         */
        get: operations["list_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assistant/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A conversation
         * @description Its messages with plans and statements; figures are worked out anew by sending an `interpretation` as `plan`.
         */
        get: operations["get_conversation"];
        put?: never;
        post?: never;
        /**
         * Delete a conversation
         * @description With all its messages and what was said of them.
         */
        delete: operations["delete_conversation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assistant/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask the assistant
         * @description A question in Russian or English, or an edited `interpretation` as `plan`. Every number of the answer comes from a query,
         *     which is shown. Events: `plan` (what the question was read as), `result` (the figures), `narrative` (the words), `done` (the
         *     whole answer), or `error` (a problem) at any place. With `Accept: application/json` the whole answer comes as one object.
         *     What it is not sure of it asks back with `choices`; what is not in the data it says.
         */
        post: operations["ask_assistant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assistant/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A message
         * @description A question of yours and its answer, as they are kept; 404 when what it told of was erased. Figures are worked out anew by sending
         *     its `interpretation` as `plan`.
         */
        get: operations["get_message"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assistant/messages/{id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what you think of an answer
         * @description In place of what you said before.
         */
        post: operations["give_feedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assistant/messages/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records behind an answer
         * @description The sales or interactions that the figures of an answer were worked out from, the latest first. Behind a forecast stands all that
         *     was recorded before now; behind an answer of a statement, its own rows.
         */
        get: operations["rows_behind_answer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assistant/questions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verified questions
         * @description Questions whose answers this workspace vouches for: the assistant prefers them and labels them.
         */
        get: operations["list_verified_questions"];
        put?: never;
        /**
         * Verify a question
         * @description With a plan, a statement, or neither: then the plan is what the words are read as now. Sent again with the same name it takes
         *     the place of the earlier one. The rows of now become those that are expected unless others are sent.
         */
        post: operations["verify_question"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assistant/questions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a verified question back
         * @description The assistant answers it like any other again.
         */
        delete: operations["delete_verified_question"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assistant/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the assistant is set up
         * @description Whether a model takes part and how it is now, and what the workspace has decided.
         */
        get: operations["assistant_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Set the assistant up
         * @description `expert_sql` lets the model write a single read-only statement where the catalogue cannot say what was asked: within the limits of
         *     `/v1/sql`, only for those who may use SQL themselves, shown with its text and called unverified. `date_order`, `named_days` and
         *     `own_words` say how questions are read; a list that is sent takes the place of the one before.
         */
        patch: operations["set_up_assistant"];
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Audit log
         * @description Who did what, when, and from where, the newest first: logins and failed ones, passwords, keys, members, invites, settings, edits
         *     and erasures of customers, decisions, downloads by people. It holds identities and names of things, no values of records; it is
         *     kept for a year (a setting, `audit_days`).
         */
        get: operations["audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Sets the cookie `kupets_session`. A wrong password and an unknown address get the same answer. Failures are limited per account
         *     and per address (429 with `Retry-After`); a browser in which the person has logged in before is counted by itself, so that
         *     strangers cannot lock them out. With an invite the person joins its workspace.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Ends the session at once, on the server too. Without a session nothing happens.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the password
         * @description Ends all other sessions of the person. Wrong attempts are limited (429 with `Retry-After`).
         */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register
         * @description Makes an account and its workspace, and logs in: the answer sets the cookie `kupets_session`. With an invite the person comes into
         *     the workspace that it leads to. Who may register is a setting of the server (`registration`): 403 with `registration_closed`,
         *     `invite_required` or `bad_invite` says what is missing.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a link that sets a new password
         * @description Always 202, whether the address has an account or not. The link is sent by mail where the server has `smtp_url`; elsewhere its
         *     operator makes one with `kupets admin reset-password EMAIL`.
         */
        post: operations["ask_password_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/reset/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password by a link
         * @description The link works once. All sessions of the person end; log in with the new password.
         */
        post: operations["reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Connection status
         * @description Whether the key works, for which workspace, and what has arrived so far.
         */
        get: operations["connection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customer-duplicates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Customers who may be one person
         * @description With the same e-mail address, the same telephone number, or the same name in the same city (the attribute `city`), however these are
         *     written. Of more than 20 with the same none are suggested: behind such an address or number stands nobody.
         */
        get: operations["customer_duplicates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List customers
         * @description With their figures, in one currency.
         */
        get: operations["list_customers"];
        put?: never;
        /**
         * Send customers
         * @description One customer, an array, or NDJSON. A customer sent again is merged: an absent field stays, `null` clears it, `attributes`
         *     merge by key. One that was erased is 422 `erased_customer`, by the workspace's rule `erased_records`, unless its `created_at` is later.
         */
        post: operations["send_customers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A customer's card
         * @description The record, its figures, and what is expected next.
         */
        get: operations["customer"];
        put?: never;
        post?: never;
        /**
         * Erase a customer
         * @description Removes the person: from every answer at once, from files and old snapshots by `complete_by`. What is left of the request
         *     holds no personal data. Whoever was merged is erased with the person. What is sent of them later and is of before goes by the workspace's
         *     rule `erased_records`. For people.
         */
        delete: operations["erase_customer"];
        options?: never;
        head?: never;
        /**
         * Edit a customer
         * @description Fields as in sending, without `customer_id`: an absent field stays, `null` clears it, `attributes` merge by key. Answers the
         *     card as it is then. For people; apps send `POST /v1/customers`.
         */
        patch: operations["edit_customer"];
        trace?: never;
    };
    "/v1/customers/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All that is kept of a customer
         * @description For the person, who may ask for it: the record, everything that happened, and whatever else is kept of them. For people.
         */
        get: operations["export_customer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who was merged into a customer */
        get: operations["merged_customers"];
        put?: never;
        /**
         * Merge a customer into another
         * @description The customer of the address is an alias of `into` from now on: purchases, interactions and tasks are the other's, and so is what is
         *     sent under its id later; the id that was sent stays in `original_customer_id`. `into` keeps its own fields and gets those that it
         *     lacks; tags, attributes and consent are joined, and `do_not_contact` of either counts. For 30 days `DELETE` undoes it. For people.
         */
        post: operations["merge_customer"];
        /**
         * Undo a merge
         * @description The customer is there again as it was, with the records and tasks that were its own and those that were sent under its id since. What
         *     `into` had got is taken back where it has not changed since. 404 `not_merged`; 409 `merge_final` after 30 days. For people.
         */
        delete: operations["undo_customer_merge"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List notes about a customer
         * @description The latest first. They are interactions of the kind `note`, and stand in the timeline too.
         */
        get: operations["list_notes"];
        put?: never;
        /**
         * Write a note about a customer
         * @description It is an interaction like any other: durable when it is answered, in the timeline and in SQL, and erased with the customer.
         */
        post: operations["write_note"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{id}/offers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What to offer a customer
         * @description Products bought before and due again, and products never bought, apart: the one is a question of habit, the other of taste.
         *     Learnt from the shop's own history; each with its probability and a reason.
         */
        get: operations["customer_offers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A customer's timeline
         * @description Purchases and interactions, the latest first.
         */
        get: operations["customer_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dashboards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List dashboards
         * @description Your own and those that are shared. A key sees those that are shared.
         */
        get: operations["list_dashboards"];
        put?: never;
        /** Make a dashboard */
        post: operations["create_dashboard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dashboards/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A dashboard */
        get: operations["get_dashboard"];
        put?: never;
        post?: never;
        /**
         * Delete a dashboard
         * @description Its owner may, and of a shared one an admin.
         */
        delete: operations["delete_dashboard"];
        options?: never;
        head?: never;
        /**
         * Change a dashboard
         * @description An absent field stays; cards are sent as a whole. Its owner may, and of a shared one an admin.
         */
        patch: operations["edit_dashboard"];
        trace?: never;
    };
    "/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries
         * @description The caller's in this workspace.
         */
        get: operations["list_deliveries"];
        put?: never;
        /**
         * Set up a delivery
         * @description A digest (figures, what moved, forecast, advice) daily, weekly or monthly at an hour of the workspace's clock, or an alert. It is made as
         *     the caller and as what they are then, and ends when they leave. A day on which the clock is put back or forward has one digest;
         *     after downtime what was missed is sent once.
         */
        post: operations["create_delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a delivery
         * @description With its runs, and what waits to be sent.
         */
        delete: operations["delete_delivery"];
        options?: never;
        head?: never;
        /**
         * Change a delivery
         * @description What it is and by which way it goes stay.
         */
        patch: operations["change_delivery"];
        trace?: never;
    };
    "/v1/deliveries/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Runs of a delivery
         * @description What became of each, the latest first, for 90 days. An alert that finds nothing to tell leaves no run.
         */
        get: operations["list_delivery_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listen to changes
         * @description Server-sent events: `records` (how many customers, purchases and interactions have arrived or changed; once a second at most),
         *     `task`, `import`, `export`, `recommendation`, `delivery` (which one, and what became of it). They hold ids and counts, never what
         *     stands in a record. Every 15 seconds something comes, if only a comment. `Last-Event-ID` goes on from there; where that is too long
         *     ago `reset` says to load anew. The stream ends when the session ends, the key is revoked, or its person leaves.
         */
        get: operations["listen"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List exports
         * @description The caller's, the newest first.
         */
        get: operations["list_exports"];
        put?: never;
        /**
         * Export to a file
         * @description The file is made in the background, as the caller and as what they are then, survives a restart of the server, and is kept for a
         *     day (a setting, `export_days`). `sql` is for analysts and above; `workspace`, a ZIP file with all records, for admins and owners.
         *     An erasure deletes the exports of the workspace that there are.
         */
        post: operations["create_export"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An export
         * @description How far it is.
         */
        get: operations["get_export"];
        put?: never;
        post?: never;
        /**
         * Cancel or delete an export
         * @description One that is not done stops, and is listed as cancelled for a while; any other goes with its file.
         */
        delete: operations["delete_export"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download an export
         * @description The file, or the part of it that `Range` asks for. 409 `export_not_done` before there is one.
         */
        get: operations["download_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Forecast a metric
         * @description Points with 80 % and 95 % intervals for days, weeks or months ahead, of the whole shop or a part of it. The model is
         *     chosen by trial on the past, and the answer tells how it did there beside the seasonal naive method. With little history it
         *     answers with a simpler model and wider intervals, and says so in `notes`.
         */
        get: operations["forecast"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List imports
         * @description Those of the workspace, the newest first.
         */
        get: operations["list_imports"];
        put?: never;
        /**
         * Send a file to be imported
         * @description CSV, NDJSON, Parquet, XLSX, XLS, ODS, CommerceML or a table of HTML, packed (`.gz`, `.zst`, a `.zip`) or not: as a form, or as the
         *     body itself. Several files of a form, or of a `.zip`, are read as one, if they are alike. It is kept for `import_days` for nobody but the server, looked at in the background, and stored when it is
         *     run. For managers and above, and keys with `ingest`.
         */
        post: operations["send_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An import
         * @description How far it is, what the file was taken for, and what it would come to: rows, orders, customers, sums by month and status, what is
         *     left out and why, orders that are there already and would lose lines.
         */
        get: operations["get_import"];
        put?: never;
        post?: never;
        /**
         * Undo or delete an import
         * @description One that has stored something is undone in the background, and stops first if it runs: the purchases and interactions that it made
         *     go, and the customers that it made of whom nothing else is left. What was there before it, and what something else has sent again or
         *     changed since, stays as it is. Older snapshots of the lake hold the rows until they expire. One that has stored nothing goes with
         *     its file; one that was undone goes from the list.
         */
        delete: operations["delete_import"];
        options?: never;
        head?: never;
        /**
         * Say how a file is to be read
         * @description The mapping of its columns, and what else cannot be found out. It replaces what was said before, and the file is looked at again.
         */
        patch: operations["change_import"];
        trace?: never;
    };
    "/v1/imports/{id}/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is wrong with rows
         * @description Of the look before the run, of the run after it; an item for each thing that is wrong, in the order of the file. It is kept as long
         *     as `expires_at` says.
         */
        get: operations["import_errors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run an import
         * @description Stores what the look has shown, in the background; a restart of the server goes on where it was. One that failed goes on as well.
         *     A guessed mapping is agreed to by this. A record that is there already is replaced (purchases, interactions) or merged (customers),
         *     as by sending it.
         */
        post: operations["run_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List interactions
         * @description The latest first, notes among them.
         */
        get: operations["list_interactions"];
        put?: never;
        /**
         * Send interactions
         * @description One interaction, an array, or NDJSON. An interaction sent again under its `interaction_id` replaces the earlier one. Of
         *     a customer who was erased later, or without a time, it is 422 `erased_customer`, by the workspace's rule `erased_records`.
         */
        post: operations["send_interactions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An interaction */
        get: operations["interaction"];
        put?: never;
        post?: never;
        /**
         * Delete an interaction
         * @description It is in no answer from then on; older snapshots of the lake hold it until they expire. A note is deleted by whoever wrote it, or
         *     an admin. For people.
         */
        delete: operations["delete_interaction"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List invites
         * @description Those that can still be used, the newest first. Their links are not shown.
         */
        get: operations["list_invites"];
        put?: never;
        /**
         * Invite somebody
         * @description The answer has a link to hand on, which is not shown again. It lets one person in, once: into a new account, or into one that is
         *     there (`invite` of registering and of logging in).
         */
        post: operations["create_invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invites/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an invite back */
        delete: operations["revoke_invite"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who am I */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change my account
         * @description Name and language at once. Another address takes the present password and ends all other sessions of the person; where the server sends
         *     mail, a link to the new address (`/email/TOKEN`) comes first, and `pending_email` says so. Wrong passwords are limited (429 with
         *     `Retry-After`).
         */
        patch: operations["change_account"];
        trace?: never;
    };
    "/v1/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm my new address
         * @description By the link that was sent to it, logged in to the account that asked for it. 404 `bad_email_link`: it was used, is over, or is of
         *     another account. Ends all other sessions of the person.
         */
        post: operations["confirm_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List members */
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a member, or leave
         * @description One's own identity: to leave, which everybody may; another's is for admins, an owner's for owners. Their sessions in this
         *     workspace end at once and keys that stand for them stop, and are listed as stopped. A workspace keeps an owner (409
         *     `last_owner`).
         */
        delete: operations["remove_member"];
        options?: never;
        head?: never;
        /**
         * Change a member's role
         * @description From the moment of the answer every request of theirs goes by it, and every request with a key that stands for them. Only owners
         *     make and unmake owners, and a workspace keeps one (409 `last_owner`).
         */
        patch: operations["set_role"];
        trace?: never;
    };
    "/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What can be asked
         * @description The metrics with names, definitions and units in both languages, the dimensions that they may be cut and filtered by, the
         *     attributes of this workspace's records among them, and what is asked for and not there.
         */
        get: operations["list_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a note
         * @description Whoever wrote it may, and an admin. It is in no answer from then on; older snapshots of the lake hold it until they expire.
         */
        delete: operations["delete_note"];
        options?: never;
        head?: never;
        /**
         * Change a note
         * @description An absent field stays, null clears it. Whoever wrote it may, and an admin; when it was written stays.
         */
        patch: operations["edit_note"];
        trace?: never;
    };
    "/v1/purchases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List purchases
         * @description The latest first, whatever their status.
         */
        get: operations["list_purchases"];
        put?: never;
        /**
         * Send purchases
         * @description One purchase, an array, or NDJSON. 200 means: durable, and in every report from now on. A purchase sent again under its
         *     `purchase_id` replaces the earlier one whole. A `customer_id` not known yet makes that customer; one that was erased goes by the
         *     workspace's rule `erased_records` where the purchase occurred before that, or has no time: 422 `erased_customer`, or a guest's purchase.
         */
        post: operations["send_purchases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/purchases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A purchase
         * @description With its lines, whatever its status.
         */
        get: operations["purchase"];
        put?: never;
        post?: never;
        /**
         * Delete a purchase
         * @description With its lines: it is in no answer from then on; older snapshots of the lake hold it until they expire. Its customer stays. For
         *     people.
         */
        delete: operations["delete_purchase"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recommendations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What to do next
         * @description Actions that the records speak for: whom, what, why with the figures and their statement, what it may bring with an interval
         *     and how that was estimated, and what would prove it wrong. A list of all kinds has the three greatest of each, and `folded` says how many
         *     more there are; `kind` lists them. Products that by their names are postage, fees or discounts are recommended nothing about, and are
         *     named in `no_goods`. `status=accepted` lists the tasks with what they brought so far
         *     against the customers held out of them, who are not to be contacted.
         */
        get: operations["recommendations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recommendations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on a recommendation
         * @description `accepted` makes it a task (`/v1/tasks?recommendation_id=`): what was recommended is kept as it is, and a fifth of its customers,
         *     drawn at random, are held out, so that its lift can be measured. `dismissed` hides it for good and cancels its task. `done`
         *     finishes the task, as finishing the task does; the same action may be found again when its effect has been measured. A
         *     decision is a person's: a key does not do.
         */
        post: operations["decide_recommendation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List reports
         * @description The catalogue: what each report tells, takes and gives, in English and Russian.
         */
        get: operations["list_reports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Run a report
         * @description Parameters are those of the catalogue. All rows are given unless `limit` is sent. When the client goes, the query ends.
         */
        get: operations["run_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sample-data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether sample data is there */
        get: operations["sample_data"];
        put?: never;
        /**
         * Fill the workspace with sample data
         * @description A believable shop of two years that ends today, in the workspace's language and currency, made in the background. Its ids begin
         *     with `sample-`, and it is marked, so that it can be taken out again beside what is the workspace's own.
         */
        post: operations["fill_with_sample_data"];
        /**
         * Remove the sample data
         * @description In the background; what it was and nothing else has changed since goes, and nothing of the workspace's own. Where there is none,
         *     nothing happens.
         */
        delete: operations["remove_sample_data"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/saved-reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List saved reports
         * @description Your own and those that are shared. A key sees those that are shared.
         */
        get: operations["list_saved_reports"];
        put?: never;
        /**
         * Save a report
         * @description The statement is checked as it would run: what is wrong with it or its parameters is named, and nothing is saved then.
         */
        post: operations["save_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/saved-reports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A saved report */
        get: operations["get_saved_report"];
        put?: never;
        post?: never;
        /**
         * Delete a saved report
         * @description Its owner may, and of a shared one an admin.
         */
        delete: operations["delete_saved_report"];
        options?: never;
        head?: never;
        /**
         * Change a saved report
         * @description An absent field stays, null clears it. Its owner may, and of a shared one an admin.
         */
        patch: operations["edit_saved_report"];
        trace?: never;
    };
    "/v1/saved-reports/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Run a saved report
         * @description Its parameters are sent by their names, for example `?channel=web&from=2026-01-01`; they are bound, never spliced into the
         *     statement. It runs as `POST /v1/sql` does, within the same limits. When the client goes, the query ends.
         */
        get: operations["run_saved_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/segments/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rules of segments
         * @description How the report `rfm_segments` and all else that speaks of segments name customers by their scores: recency, frequency and
         *     monetary, each from 1 to 5, as the report's description tells; and how far back orders count for these.
         */
        get: operations["segment_rules"];
        /**
         * Change the rules of segments
         * @description From the moment of the answer the list, cards, reports, `customer_facts`, trends and recommendations go by the new rules, those
         *     of the past too. Tasks that were accepted before stay as they are. It is a person's to decide: a key does not do.
         */
        put: operations["set_segment_rules"];
        post?: never;
        /**
         * Go back to the default rules of segments
         * @description From the moment of the answer customers are in the default segments again.
         */
        delete: operations["reset_segment_rules"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List my sessions
         * @description Where the person is logged in, in all workspaces, the newest first.
         */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session
         * @description From the moment of the answer no request passes with it.
         */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask in SQL
         * @description One read-only statement over the workspace's tables `customers`, `purchases` (a row a line) and `interactions`, seen at one
         *     moment. Limits of time, memory and rows are settings of the server. When the client goes, the query ends.
         *
         *     Times are UTC, and so is a date compared with one. `local_time(occurred_at)` is the workspace's clock, and
         *     `utc_time('2026-01-31')` the moment when its day begins. `ORDER BY sort_key(name)` sorts names as people look for them,
         *     `search_key(name)` and `phone_key(phone)` are the same for all spellings, `consent_given(consent, 'email')` says what was agreed to.
         *
         *     Without `limit`, JSON is cut at the server's own bound and says so (`meta.truncated`); the other formats have no place to say it and fail
         *     with `query_rows`. What fails after its first rows ends in its own words: JSON with `error` in place of `meta`, CSV and NDJSON with a last
         *     line, and their connection is broken off.
         */
        post: operations["sql"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks
         * @description Those due first first. An accepted recommendation is a task, with its `recommendation_id`.
         */
        get: operations["list_tasks"];
        put?: never;
        /**
         * Make a task
         * @description With `recommendation_id` it is that recommendation, accepted: what was recommended is kept, and a fifth of its customers are
         *     held out, as `POST /v1/recommendations/{id}` says.
         */
        post: operations["create_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A task */
        get: operations["get_task"];
        put?: never;
        post?: never;
        /**
         * Delete a task
         * @description A recommendation that it is, and that is not done, counts as dismissed from then on.
         */
        delete: operations["delete_task"];
        options?: never;
        head?: never;
        /**
         * Change a task
         * @description An absent field stays, null clears it. Where a task is a recommendation, that one follows: done with it, dismissed when it is
         *     cancelled.
         */
        patch: operations["edit_task"];
        trace?: never;
    };
    "/v1/telegram/bot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Name the bot
         * @description For the bot: what Telegram calls it, so that links lead to it. It lasts until the server stops: say it whenever the server may
         *     have been started anew.
         */
        put: operations["name_telegram_bot"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/telegram/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link a Telegram account
         * @description Makes an address that opens the server's bot. The account that follows it, in a private chat and within ten minutes, acts as the
         *     caller in this workspace until the link is ended or the caller leaves; what it may follows from the caller's present role, and it
         *     never changes settings, keys or members. Works once; a new one ends the one before. 409 `telegram_not_set_up` names the
         *     setting that is missing where the server has no bot.
         */
        post: operations["link_telegram"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/telegram/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List linked Telegram accounts
         * @description Those that act as the caller, in all workspaces.
         */
        get: operations["list_telegram_links"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/telegram/links/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a Telegram link
         * @description From the moment of the answer no request passes with its credential.
         */
        delete: operations["end_telegram_link"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/telegram/outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Take messages to send
         * @description For the bot. A message that is taken is nobody else's for a minute; say what became of it, or it is given again. Ignore an `id`
         *     that was sent already. With `wait` it answers when a message is there, and with none when the time is over.
         */
        get: operations["take_telegram_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/telegram/outbox/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what became of a message
         * @description For the bot. 404: it is settled already, or its delivery is gone.
         */
        post: operations["settle_telegram_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/telegram/redeem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redeem a token
         * @description For the bot: a token that a Telegram account brought becomes a credential that acts as the person who made it. Bring it from a
         *     private chat only. 404 `bad_token`: it was used, is over, or never was.
         */
        post: operations["redeem_telegram_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/telegram/unlink": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlink
         * @description Ends the link whose credential asks.
         */
        post: operations["unlink_telegram"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What moved
         * @description A period compared with the one before it, or with the one sent as `compare_from` and `compare_to`; of a period that runs, the same
         *     elapsed part. `headline` tells the change in a few sentences; `calendar` and `season` are the parts of it that other weekdays,
         *     holidays and lengths, and a year ago, explain, and `news` is the rest. `tree` has the factors of revenue and orders: known customers,
         *     orders of each, what an order comes to (units, price, mix), guests, refunds; on each level they sum to the last digit.
         *
         *     `findings` are the products, categories, channels, kinds of customers, segments (of the beginning of each period), attributes
         *     and single purchases that did otherwise than the whole: at most seven, the greatest difference (`excess`) first, led by the
         *     likeliest cause and by one that went along with the whole; one that went against it says so. `share` is of the larger of both
         *     periods. Keys that tell the same by the same lines are one finding (`same`). Dimensions of one key, and those that more than 80 % of
         *     the figure lack, are left out and named in `notes`. Then come levels that began (shift) and days out of line (anomaly) with what lies behind
         *     them. Each has a sentence and the statement behind it. Nothing after `to` is looked at. Customers count where their first order
         *     of the period was.
         */
        get: operations["trends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trends/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Explain a change
         * @description Any two periods compared. The contributions of one dimension, `other` included, sum to the change to the last digit.
         */
        post: operations["explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List views
         * @description Your own and those that are shared.
         */
        get: operations["list_views"];
        put?: never;
        /** Save a view */
        post: operations["save_view"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a view
         * @description Its owner may, and of a shared one an admin.
         */
        delete: operations["delete_view"];
        options?: never;
        head?: never;
        /**
         * Change a view
         * @description An absent field stays, null clears it. Its owner may, and of a shared one an admin.
         */
        patch: operations["edit_view"];
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhooks */
        get: operations["list_webhooks"];
        put?: never;
        /**
         * Make a webhook
         * @description Messages are `POST`ed as JSON: `{"type", "timestamp", "data"}`. They are signed by the Standard Webhooks scheme: `webhook-id`,
         *     `webhook-timestamp`, and `webhook-signature: v1,...`, which is the base64 of HMAC-SHA256 with the secret (base64 after `whsec_`) over
         *     `id.timestamp.body`. An answer of 2xx takes a message; anything else, or none in time, and it is tried again, 8 times within 17 hours.
         *     Messages of one webhook come in order, each at least once: whoever has seen a `webhook-id` ignores it. Redirects are not
         *     followed; addresses of private networks are refused. After three days of failures, or a 410, the webhook is given up.
         *
         *     `data` of `customer.*`: `customer_id` and the `customer` as it was sent; of `purchase.created`: `purchase_id`, `customer_id` and the
         *     `purchase`; of requests with more than 100 records a `count` alone. The secret is shown in this answer only.
         */
        post: operations["create_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A webhook */
        get: operations["get_webhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook
         * @description What waits to be told to it is not told any more.
         */
        delete: operations["delete_webhook"];
        options?: never;
        head?: never;
        /** Change a webhook */
        patch: operations["change_webhook"];
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of messages
         * @description The attempts of a webhook, the latest first, for 30 days.
         */
        get: operations["list_webhook_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a webhook
         * @description Sends it a message of the type `test`, once, active or not.
         */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List my workspaces
         * @description With what the person is in each.
         */
        get: operations["list_workspaces"];
        put?: never;
        /**
         * Make a workspace
         * @description Another one, empty, whose owner is the caller. The session stays where it is: switch to go there. For admins and owners of the
         *     present workspace.
         */
        post: operations["create_workspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a workspace
         * @description With everything in it, after some days (a setting, `workspace_delete_days`): `delete_at` says when. Its keys open nothing from now
         *     on; people can still look until then, and an owner can undo it: `PATCH` with `{"delete_at": null}`. For owners.
         */
        delete: operations["delete_workspace"];
        options?: never;
        head?: never;
        /**
         * Change a workspace
         * @description Any workspace in which the person is an admin or an owner. Also undoes a deletion, for owners: `{"delete_at": null}`.
         */
        patch: operations["change_workspace"];
        trace?: never;
    };
    "/v1/workspaces/{id}/switch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch to a workspace
         * @description The session goes there, in all tabs of the browser.
         */
        post: operations["switch_workspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What became of the records. All accepted ones are durable and visible. */
        Accepted: {
            /**
             * Format: int64
             * @description Records stored.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Of these, purchases of erased customers that were stored as a guest's (the workspace's rule `erased_records`); absent: none.
             */
            guests?: number;
            /** @description Ids made here, for records that came without one. */
            items?: components["schemas"]["AcceptedItem"][];
            /** @description With `on_error=skip`: what was not stored, and why. */
            rejected?: components["schemas"]["WrongField"][];
            /**
             * Format: int64
             * @description Of these, records that took the place of an earlier one of the same id.
             */
            replaced: number;
        };
        /** @description An id made here. */
        AcceptedItem: {
            /** @description Its id. */
            id: string;
            /** @description Position of the record in the request, from 0. */
            index: number;
        };
        /** @description A person, the workspace they work in, and what they are there. */
        Account: {
            /**
             * @description Each may what the ones before it may: viewer, analyst, manager, admin, owner.
             * @enum {string}
             */
            role: "viewer" | "analyst" | "manager" | "admin" | "owner";
            /** @description The person. */
            user: components["schemas"]["User"];
            /** @description The workspace. */
            workspace: components["schemas"]["Workspace"];
        };
        /** @description One's own account after a change. */
        AccountChanged: components["schemas"]["Account"] & {
            /** @description The address that a link was sent to, and that is the account's when it is opened; null: none waits. */
            pending_email?: string | null;
        };
        /**
         * @description What changes in one's own account; what is not sent stays.
         * @example {
         *       "name": "Анна Петрова"
         *     }
         */
        AccountPatch: {
            /** @description The present password. */
            current_password?: string | null;
            /** @description Another e-mail address. It takes `current_password`. */
            email?: string | null;
            /** @description `en` or `ru`: the language of mail and messages. */
            locale?: string | null;
            /** @description Full name. */
            name?: string | null;
        };
        /**
         * @description What an alert watches.
         * @enum {string}
         */
        AlertType: "threshold" | "anomaly" | "large_purchase" | "cooling";
        /** @description An answer. */
        Answer: {
            /** @description Other readings, one tap each. */
            alternatives: components["schemas"]["PlanChoice"][];
            /** @description The answer in words, in the language of the question. */
            answer: string;
            /** @description How the figures are drawn: `line`, `bar`, `heatmap` or `none`. */
            chart: string;
            /** @description Where it asks back: what may have been meant, a plan each. */
            choices: components["schemas"]["PlanChoice"][];
            /** @description The conversation. */
            conversation_id: string;
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            elapsed_ms: number;
            interpretation?: components["schemas"]["Interpretation"] | null;
            /** @description `ru` or `en`. */
            language: string;
            /** @description The message: its rows and its feedback have addresses with it. */
            message_id: string;
            model?: components["schemas"]["AnswerModel"] | null;
            /** @description One question to go on with. */
            next?: string | null;
            result?: components["schemas"]["AnswerResult"] | null;
            /** @description Where the answer comes from. */
            source: components["schemas"]["AnswerSource"];
            /** @description The statement behind them; it runs at `/v1/sql`. */
            sql?: string | null;
            /** @description The name of the verified question that it answers. */
            verified?: string | null;
        };
        /** @description One event of the stream. */
        AnswerEvent: {
            /** @description JSON: of `done` the answer, of `error` a problem, of the others the part of the answer that is there. */
            data: string;
            /** @description `plan`, `result`, `narrative`, `done` or `error`. */
            event: string;
        };
        /** @description What a model did for an answer. */
        AnswerModel: {
            /** @description The model's name. */
            name: string;
            /** @description It read the words. */
            planned: boolean;
            /** @description Why its plan or its prose was not taken; nothing where it was. */
            refused?: string | null;
            /** @description Its prose was let through: every number in it is in the result. */
            told: boolean;
        };
        /** @description The figures of an answer. */
        AnswerResult: {
            /** @description The columns: `name`, `type`, `unit`. */
            columns: components["schemas"]["ColumnBody"][];
            /** @description What the result says of itself. */
            meta: components["schemas"]["MetaBody"];
            /** @description The rows, each with its cells in the order of the columns. */
            rows: components["schemas"]["Cell"][][];
        };
        /** @description Records behind an answer. */
        AnswerRows: components["schemas"]["AnswerResult"] & {
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description Where an answer comes from.
         * @enum {string}
         */
        AnswerSource: "catalogue" | "model" | "verified" | "sql" | "clarify" | "unsupported";
        /** @description How long an answer took, in milliseconds. */
        AnswerTimes: {
            /**
             * Format: int64
             * @description Reading the words, a model's reading too.
             * @default 0
             */
            read: number;
            /**
             * Format: int64
             * @description Waiting for a model's prose.
             * @default 0
             */
            tell: number;
            /**
             * Format: int64
             * @description All of it.
             * @default 0
             */
            total: number;
            /**
             * Format: int64
             * @description Working the figures out.
             * @default 0
             */
            work: number;
        };
        /** @description An API key as lists show it. */
        ApiKey: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description From when on it opens nothing; null: never.
             */
            expires_at?: string | null;
            /** @description Identity, for revoking it. */
            id: string;
            /**
             * Format: date-time
             * @description Up to a minute behind.
             */
            last_used_at?: string | null;
            /** @description The name of the person it stands for. */
            made_by: string;
            /** @description What people call it. */
            name: string;
            /**
             * @description Its first characters.
             * @example kp_3xAmPl3x
             */
            prefix: string;
            /**
             * @description Each may what the ones before it may: viewer, analyst, manager, admin, owner.
             * @enum {string}
             */
            role?: "viewer" | "analyst" | "manager" | "admin" | "owner";
            /** @description What it was made for. */
            scopes: components["schemas"]["Scope"][];
            stopped?: components["schemas"]["Stopped"] | null;
        };
        /**
         * @description Whose password is to be set anew.
         * @example {
         *       "email": "anna@example.com"
         *     }
         */
        AskReset: {
            /** @description E-mail address. */
            email: string;
        };
        /**
         * @description The model that the server is set up with, and how it is now.
         * @example {
         *       "name": "qwen3:4b",
         *       "state": "model_missing",
         *       "told": "The model is not on the server, run: ollama pull qwen3:4b"
         *     }
         */
        AssistantModel: {
            /** @description Its name; nothing where none is set up: questions are answered without one. */
            name?: string | null;
            /** @description `off`, `unreachable`, `model_missing`, `loading`, `busy` or `ready`. */
            state: string;
            /** @description The same as a sentence, with what to do about it, in the workspace's language. */
            told: string;
        };
        /**
         * @description What changes; what is not sent stays.
         * @example {
         *       "expert_sql": true
         *     }
         */
        AssistantPatch: {
            /** @description `day_first`, `month_first` or `auto`. */
            date_order?: string | null;
            /** @description Whether the model may write statements. */
            expert_sql?: boolean | null;
            /** @description All named days. */
            named_days?: components["schemas"]["NamedDays"][] | null;
            /** @description All words of its own, each with the name of a metric or a dimension. */
            own_words?: {
                [key: string]: string;
            } | null;
        };
        /** @description How the assistant is set up. */
        AssistantSettings: {
            /** @description Which number of 05/06/2025 is the day: `day_first`, `month_first`, or `auto` where it follows from the currency. */
            date_order: string;
            /**
             * @description Whether the model may write a statement of its own for what the catalogue cannot say. Its answers have the source `sql` and
             *     are called unverified.
             */
            expert_sql: boolean;
            /** @description The model. */
            model: components["schemas"]["AssistantModel"];
            /** @description Days that people call by a name of their own. */
            named_days: components["schemas"]["NamedDays"][];
            /** @description The workspace's own words, each for a metric or a dimension of `/v1/metrics`. */
            own_words: {
                [key: string]: string;
            };
        };
        /** @description Who did it. */
        AuditActor: {
            /** @description Identity of the person or the key; null for the server, and for somebody who was not let in. */
            id?: string | null;
            /** @description `person`, `key` or `server`. */
            kind: string;
            /** @description What the person or the key is called now. */
            name?: string | null;
        };
        /** @description Something that was done. */
        AuditEntry: {
            /**
             * @description What.
             * @example role_changed
             */
            action: string;
            /** @description Who. */
            actor: components["schemas"]["AuditActor"];
            /** @description The address it came from; null: from the server's command line, or from within. */
            address?: string | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Names and numbers, never values of records. */
            detail?: Record<string, never> | null;
            /** @description Identity; later ones sort after earlier ones. */
            id: string;
            target?: components["schemas"]["AuditTarget"] | null;
        };
        /** @description Entries, the newest first. */
        AuditList: {
            items: components["schemas"]["AuditEntry"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /** @description What it was done to. */
        AuditTarget: {
            /** @description Which one; null after the customer was erased. */
            id?: string | null;
            /** @description `person`, `key`, `invite`, `workspace`, `customer`, `erasure`, `recommendation`, `report` and so on. */
            kind: string;
        };
        /** @description How the model did on the past, with nothing of what came later. */
        BacktestBody: components["schemas"]["ErrorsBody"] & {
            /**
             * Format: double
             * @description Share of the past that the 95 % intervals held.
             */
            coverage95?: number | null;
            /** @description How many times it was tried. */
            folds: number;
            /** @description How many periods ahead at each trial. */
            horizon: number;
            /** @description Each method that was tried, and its error alone: what lost to repeating the past stands here. */
            methods: components["schemas"]["TriedMethodBody"][];
        };
        /** @description The one thing behind a shift or an anomaly. */
        BehindBody: {
            /**
             * Format: decimal
             * @description The metric of the key after; a day's.
             */
            after: number;
            /**
             * Format: decimal
             * @description The metric of the key before; a day's.
             */
            before: number;
            /** @description product, category, channel and so on; `purchase` for a single one. */
            dimension: string;
            /** @description Which key of it. */
            key?: string | null;
            /** @description The key as people know it. */
            label?: string | null;
        };
        /**
         * @description A unit of the calendar or the clock. Weeks begin on Monday.
         * @enum {string}
         */
        CalendarUnit: "minute" | "hour" | "day" | "week" | "month" | "quarter" | "half_year" | "year";
        /** @description A customer's card. */
        CardBody: components["schemas"]["CustomerBody"] & {
            /** @description What `churn_risk` rests on, a sentence each. */
            churn_reasons: string[];
            /**
             * Format: double
             * @description Purchases expected over the next year; null until it can be told.
             */
            expected_purchases?: number | null;
            /**
             * Format: date-time
             * @description When the next order is expected; null until it can be told, and where none is to be expected.
             */
            next_order_at?: string | null;
        };
        /**
         * @description What a card shows.
         * @enum {string}
         */
        CardKind: "report" | "saved_report" | "metric" | "trend" | "forecast" | "text";
        /** @description A card. */
        CardOfDashboard: {
            chart?: components["schemas"]["SavedChartBody"] | null;
            /** @description By what the metric is parted. */
            dimension?: string | null;
            /** @description Its identity within the dashboard; the place of the card unless sent. */
            id?: string;
            /** @description What it shows. */
            kind: components["schemas"]["CardKind"];
            /** @description The metric, as `/v1/metrics` lists it. */
            metric?: string | null;
            /** @description Parameters beside the period, by their names. */
            query?: {
                [key: string]: unknown;
            };
            /** @description The report of the catalogue. */
            report?: string | null;
            /** @description The report of somebody's own. */
            saved_report_id?: string | null;
            /** @description The words. */
            text?: string | null;
            /** @description What it is called. */
            title?: string;
            /**
             * Format: int32
             * @description Of the four columns how many it takes.
             */
            width?: number;
        };
        /** @description A value as its column's `type` has it: numbers of any kind, exact decimals among them, as JSON numbers with all of their digits; times as RFC 3339 texts, days as `YYYY-MM-DD`; null for none. Arrays and objects come from SQL alone, where a statement makes them. */
        Cell: (string | number | boolean | null) | unknown[] | {
            [key: string]: unknown;
        };
        /**
         * @description One event of the stream.
         * @example {
         *       "data": "{\"at\":\"2026-05-01T08:00:00Z\",\"customers\":0,\"interactions\":0,\"purchases\":12}",
         *       "event": "records",
         *       "id": "4f1c2d3e4f5a6b7c-17"
         *     }
         */
        ChangeEvent: {
            /**
             * @description JSON. Of `records`: `customers`, `purchases`, `interactions` (how many) and `at`; of `task`: `id` and `change` (created,
             *     updated, deleted, reminded); of the others: `id` and `status`; of `reset`: nothing.
             */
            data: string;
            /** @description `records`, `task`, `import`, `export`, `recommendation`, `delivery` or `reset`. */
            event: string;
            /** @description Send the last one as `Last-Event-ID` to go on from there. */
            id: string;
        };
        /** @description A factor of a change. */
        ChangeFactorBody: {
            /**
             * Format: decimal
             * @description In the later period.
             */
            after?: number | null;
            /**
             * Format: decimal
             * @description The factor in the earlier period; null where it has no figure of its own, as price and mix.
             */
            before?: number | null;
            /**
             * Format: decimal
             * @description What it adds to the change of the whole.
             */
            contribution: number;
            /**
             * @description customers, orders_per_customer, average_order (units_per_order, price_per_unit (price, mix), other_lines), guests
             *     (guest_orders, guest_average_order), refunds. The first three are of known customers.
             */
            factor: string;
            /** @description It in words. */
            label: string;
            /** @description The factor that it is a part of; null for a part of the whole. */
            parent?: string | null;
            /** @description The statement that it rests on. */
            sql: string;
            /** @description What one of `before` and `after` is: a currency code, orders, units, customers. */
            unit: string;
        };
        /** @description A part of a change that something else than the shop explains. */
        ChangePartBody: {
            /**
             * Format: decimal
             * @description What it explains of the change.
             */
            contribution: number;
            /** @description It in a sentence. */
            sentence: string;
            /**
             * Format: double
             * @description The contribution as a share of the larger of both periods' figures; null where both are 0.
             */
            share?: number | null;
            /** @description The statement that it rests on. */
            sql: string;
        };
        /**
         * @description A change of password.
         * @example {
         *       "current_password": "correct horse battery",
         *       "new_password": "battery staple correct"
         *     }
         */
        ChangePassword: {
            /** @description The present one. */
            current_password: string;
            /** @description 8 characters or more. */
            new_password: string;
        };
        /** @description A change by its factors. */
        ChangeTreeBody: {
            /** @description How what several factors do together is shared out: `shapley`, on each level. */
            method: string;
            /** @description The factors. Those without a parent sum to the change of the whole, those of a parent to its contribution, to the last digit. */
            parts: components["schemas"]["ChangeFactorBody"][];
            /** @description It in a sentence. */
            sentence: string;
        };
        /** @description How the result is best drawn. */
        Chart: {
            /** @description Its kind. */
            kind: components["schemas"]["ChartKind"];
            /** @description The column whose values make one series each (the rows of a heat map). */
            series?: string | null;
            /** @description The column along the horizontal axis. */
            x: string;
            /** @description The columns drawn, the first one first. */
            y: string[];
        };
        /**
         * @description A kind of chart.
         * @enum {string}
         */
        ChartKind: "figures" | "line" | "bar" | "stacked_bar" | "heatmap" | "table";
        /** @description How the verified questions do now. */
        CheckBody: {
            /** @description How many do not. */
            failed: number;
            /** @description A line a question, by name. */
            items: components["schemas"]["Checked"][];
            /** @description How many give the rows that are expected. */
            passed: number;
        };
        /** @description How a verified question does now. */
        Checked: {
            /** @description What went wrong, where it did. */
            error?: string | null;
            /** @description The question's identity. */
            id: string;
            /** @description Rows that were expected and are not there. */
            missing: components["schemas"]["Cell"][][];
            /** @description Its name. */
            name: string;
            /** @description Whether the assistant reads the words as the verified plan without being told; nothing for statements. */
            read_alike?: boolean | null;
            /** @description `passed`, `failed`, `error`, or `unchecked` where no rows are expected yet. */
            status: string;
            /** @description Rows that are there and were not expected. */
            unexpected: components["schemas"]["Cell"][][];
        };
        /** @description A column of a result. */
        ColumnBody: {
            /** @description Its name. */
            name: string;
            /** @description Its type as SQL spells it, for example `DECIMAL(38,4)`. */
            type: string;
            /** @description What a value counts: a currency code, `orders`, `days`, `ratio`, …; none where it is not a figure. */
            unit?: string | null;
        };
        /**
         * @description The token of a link.
         * @example {
         *       "token": "dGhlIHRva2VuIG9mIHRoZSBsaW5r"
         *     }
         */
        ConfirmEmail: {
            /** @description What the link ends with. */
            token: string;
        };
        /** @description The state of a connection. */
        ConnectionBody: {
            /**
             * Format: date-time
             * @description When the first record was accepted.
             */
            first_record_at?: string | null;
            key?: components["schemas"]["ConnectionKey"] | null;
            /**
             * Format: date-time
             * @description When the last record was accepted.
             */
            last_record_at?: string | null;
            records: components["schemas"]["RecordCounts"];
            /** @description `connected`. */
            status: string;
            workspace: components["schemas"]["Workspace"];
        };
        /** @description The key that asks. */
        ConnectionKey: {
            name: string;
            /**
             * @description Each may what the ones before it may: viewer, analyst, manager, admin, owner.
             * @enum {string}
             */
            role: "viewer" | "analyst" | "manager" | "admin" | "owner";
            /** @description What it was made for. */
            scopes: components["schemas"]["Scope"][];
        };
        /** @description What a customer agreed to, or refused. */
        ConsentRecord: {
            /** @description RFC 3339, or a date. */
            at?: string | null;
            /** @description `email`, `phone`, `sms`, … */
            channel: string;
            given: boolean;
            /** @description Where it was asked for: `checkout`, `call`, … */
            source?: string | null;
        };
        /** @description A conversation as it is listed. */
        Conversation: {
            /**
             * Format: date-time
             * @description When it began.
             */
            created_at: string;
            /** @description Its identity. */
            id: string;
            /**
             * Format: int64
             * @description Messages in it.
             */
            messages: number;
            /** @description The beginning of its first question. */
            title: string;
            /**
             * Format: date-time
             * @description When the last message was answered.
             */
            updated_at: string;
        };
        /** @description A conversation with its messages. */
        ConversationDetail: {
            /** @description The conversation. */
            conversation: components["schemas"]["Conversation"];
            /** @description All its messages, the oldest first. */
            messages: components["schemas"]["ConversationMessage"][];
        };
        /** @description A page of conversations. */
        ConversationList: {
            /** @description Those used last first. */
            items: components["schemas"]["Conversation"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A message as it was asked and answered; its figures are worked out anew by sending its `interpretation`. */
        ConversationMessage: {
            /** @description Other readings. */
            alternatives: components["schemas"]["PlanChoice"][];
            /** @description The answer in words. */
            answer: string;
            /**
             * Format: date-time
             * @description When it was asked.
             */
            asked_at: string;
            /** @description What it offered when it asked back. */
            choices: components["schemas"]["PlanChoice"][];
            elapsed_ms?: components["schemas"]["AnswerTimes"] | null;
            /** @description What became of its part: `passed` where its prose was let through, else why its prose or its plan was not taken. */
            gate?: string | null;
            /** @description Its identity. */
            id: string;
            interpretation?: components["schemas"]["Interpretation"] | null;
            /** @description `ru` or `en`. */
            language: string;
            /** @description The model that took part, if one did. */
            model?: string | null;
            /** @description The question. */
            question: string;
            /** @description Where the answer came from. */
            source: string;
            /** @description The statement behind its figures. */
            sql?: string | null;
        };
        /** @description A customer with its figures. */
        CustomerBody: {
            attributes: {
                [key: string]: unknown;
            };
            /**
             * Format: decimal
             * @description Revenue of orders / orders; null without orders.
             */
            average_order?: number | null;
            /**
             * Format: int32
             * @description Over how many days ahead `churn_risk` looks: by then a usual customer of the shop who does not order is lost. Null where the risk is.
             */
            churn_horizon_days?: number | null;
            /**
             * Format: double
             * @description Probability of no order within the next `churn_horizon_days`, 0 to 1; null until it can be told.
             */
            churn_risk?: number | null;
            /** @description What the customer agreed to, by channel. */
            consent: components["schemas"]["ConsentRecord"][];
            /** Format: date-time */
            created_at?: string | null;
            /** @description ISO 4217 code of the figures. */
            currency: string;
            customer_id: string;
            /** @description Whether the customer wants to be left alone. */
            do_not_contact: boolean;
            email?: string | null;
            /** Format: date-time */
            first_purchase_at?: string | null;
            /** Format: date-time */
            last_purchase_at?: string | null;
            /** @description By the customer's own rhythm: new, active, cooling, lost or won_back; null without orders. */
            lifecycle?: string | null;
            name?: string | null;
            /**
             * Format: int64
             * @description Purchases whose total is positive.
             */
            orders: number;
            phone?: string | null;
            /**
             * Format: decimal
             * @description Predicted value; null until it can be told.
             */
            predicted_clv?: number | null;
            /**
             * Format: decimal
             * @description Sum of amounts, refunds included.
             */
            revenue: number;
            /**
             * @description Segment of the report `rfm_segments`, by `/v1/segments/rules`; null without an order within the look-back. In a shop of fewer than
             *     50 customers it is the stage of the lifecycle, unless the rules are the workspace's own.
             */
            segment?: string | null;
            tags: string[];
            /** Format: date-time */
            updated_at: string;
        };
        /** @description All that is kept of a customer. */
        CustomerExportBody: {
            /** @description The record with its figures. */
            customer: components["schemas"]["CardBody"];
            /** @description All purchases, whatever their status, and interactions, the latest first. */
            events: components["schemas"]["EventBody"][];
            /** @description What else is kept under the customer's id (tasks, recommendations, entries of the audit log and so on): rows by table. */
            kept: {
                [key: string]: unknown;
            };
            /** @description What people wrote and were told of somebody of the customer's name, address or number: texts by table. It may be of a namesake. */
            mentions: {
                [key: string]: unknown;
            };
        };
        /** @description Customers. */
        CustomerList: {
            items: components["schemas"]["CustomerBody"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description Fields to change; an absent one stays, `null` clears.
         * @example {
         *       "attributes": {
         *         "city": "Казань"
         *       },
         *       "phone": "+7 900 000-00-00",
         *       "tags": [
         *         "vip"
         *       ]
         *     }
         */
        CustomerPatchBody: {
            attributes?: {
                [key: string]: unknown;
            } | null;
            consent?: components["schemas"]["ConsentRecord"][] | null;
            created_at?: string | null;
            do_not_contact?: boolean | null;
            email?: string | null;
            name?: string | null;
            phone?: string | null;
            tags?: string[] | null;
        };
        /**
         * @description A customer. Absent fields stay as they are stored; `null` clears.
         * @example {
         *       "attributes": {
         *         "city": "Казань"
         *       },
         *       "created_at": "2026-01-15",
         *       "customer_id": "17850",
         *       "email": "anna@example.com",
         *       "name": "Анна Петрова",
         *       "phone": "+7 900 000-00-00",
         *       "tags": [
         *         "vip"
         *       ]
         *     }
         */
        CustomerRecord: {
            /** @description Anything of the app's own; merged by key. */
            attributes?: {
                [key: string]: unknown;
            } | null;
            /** @description What the customer agreed to, by channel; replaced as a whole. */
            consent?: components["schemas"]["ConsentRecord"][] | null;
            /** @description RFC 3339, or a date: midnight in the workspace's zone. */
            created_at?: string | null;
            /** @description The app's own id. */
            customer_id: string;
            /** @description Whether the customer wants to be left alone. */
            do_not_contact?: boolean | null;
            email?: string | null;
            name?: string | null;
            phone?: string | null;
            tags?: string[] | null;
        };
        /** @description One customer or many. */
        CustomersBody: components["schemas"]["CustomerRecord"] | components["schemas"]["CustomerRecord"][];
        /** @description A period by its ends. */
        DashboardBetween: {
            /** @description Its beginning: RFC 3339, or a date: midnight in the workspace's zone. */
            from: string;
            /** @description Its end, not part of it. */
            to: string;
        };
        /** @description A dashboard. */
        DashboardBody: {
            /** @description Its cards, in their order. */
            cards: components["schemas"]["CardOfDashboard"][];
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description Its identity. */
            id: string;
            /** @description Whether it is the caller's. */
            mine: boolean;
            /** @description What people call it. */
            name: string;
            owner?: components["schemas"]["PersonBody"] | null;
            /** @description The period of all cards. */
            period: components["schemas"]["DashboardPeriod"];
            /** @description Whether everybody in the workspace sees it. */
            shared: boolean;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description A page of dashboards. */
        DashboardList: {
            /** @description The oldest first. */
            items: components["schemas"]["DashboardBody"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description A change of a dashboard: an absent field stays.
         * @example {
         *       "period": "this_month"
         *     }
         */
        DashboardPatchBody: {
            /** @description Its cards, as a whole. */
            cards?: components["schemas"]["CardOfDashboard"][] | null;
            /** @description What people call it. */
            name?: string | null;
            period?: components["schemas"]["DashboardPeriod"] | null;
            /** @description Whether everybody in the workspace sees it. */
            shared?: boolean | null;
        };
        /** @description The period of all cards. */
        DashboardPeriod: string | components["schemas"]["DashboardBetween"];
        /**
         * @description What was decided.
         * @example {
         *       "status": "accepted"
         *     }
         */
        DecisionBody: {
            /** @description The `as_of` of the list, if one was sent. */
            as_of?: string | null;
            /** @description accepted, dismissed or done. */
            status: components["schemas"]["RecommendationStatus"];
        };
        /**
         * @description A delivery.
         * @example {
         *       "active": true,
         *       "alert": null,
         *       "channel": "telegram",
         *       "cooldown_hours": 24,
         *       "created_at": "2026-05-01T08:00:00Z",
         *       "id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01",
         *       "kind": "digest",
         *       "last_run_at": null,
         *       "locale": "ru",
         *       "name": "Mondays",
         *       "next_run_at": "2026-05-04T06:00:00Z",
         *       "owner": {
         *         "name": "Anna",
         *         "user_id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a02"
         *       },
         *       "quiet_hours": null,
         *       "schedule": {
         *         "every": "week",
         *         "hour": 9,
         *         "weekday": 1
         *       },
         *       "target": {
         *         "chat_id": 123456789
         *       }
         *     }
         */
        Delivery: {
            /** @description Whether it is sent. */
            active: boolean;
            alert?: components["schemas"]["DeliveryAlert"] | null;
            /** @description `telegram` or `email`. */
            channel: components["schemas"]["DeliveryChannel"];
            /**
             * Format: int64
             * @description Of an alert: hours in which the same thing is not told of again.
             */
            cooldown_hours: number;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description Identity. */
            id: string;
            /** @description `digest` or `alert`. */
            kind: components["schemas"]["DeliveryKind"];
            /**
             * Format: date-time
             * @description When it was last looked at.
             */
            last_run_at?: string | null;
            /** @description `en` or `ru`. */
            locale: string;
            /** @description What people call it. */
            name: string;
            /**
             * Format: date-time
             * @description When it is looked at next.
             */
            next_run_at?: string | null;
            /** @description Whose it is. */
            owner: components["schemas"]["DeliveryOwner"];
            quiet_hours?: components["schemas"]["QuietHours"] | null;
            schedule?: components["schemas"]["DeliverySchedule"] | null;
            /** @description Where to. */
            target: components["schemas"]["DeliveryTarget"];
        };
        /**
         * @description What an alert watches for.
         * @example {
         *       "below": 10000,
         *       "metric": "revenue",
         *       "type": "threshold"
         *     }
         */
        DeliveryAlert: {
            /**
             * Format: decimal
             * @description Of a threshold: today's value so far, from which on it is told.
             */
            above?: number | null;
            /**
             * Format: decimal
             * @description Of a large purchase: from how much on, in the workspace's currency.
             */
            amount?: number | null;
            /**
             * Format: decimal
             * @description Of a threshold: yesterday's value, under which it is told.
             */
            below?: number | null;
            /**
             * Format: decimal
             * @description Of a threshold: by how many per cent yesterday must differ from the day before.
             */
            change_percent?: number | null;
            /** @description Of a threshold: revenue, orders, average_order, customers, new_customers, refunds or units. */
            metric?: string | null;
            /** @description What. */
            type: components["schemas"]["AlertType"];
        };
        /**
         * @description By which way.
         * @enum {string}
         */
        DeliveryChannel: "telegram" | "email";
        /**
         * @description What a delivery is.
         * @enum {string}
         */
        DeliveryKind: "digest" | "alert";
        /** @description Deliveries, the oldest first. */
        DeliveryList: {
            items: components["schemas"]["Delivery"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /** @description Whose a delivery is. */
        DeliveryOwner: {
            /** @description What they are called. */
            name: string;
            /** @description Identity. */
            user_id: string;
        };
        /**
         * @description What changes in a delivery; what is not sent stays.
         * @example {
         *       "active": false
         *     }
         */
        DeliveryPatch: {
            /** @description Whether it is sent. */
            active?: boolean | null;
            alert?: components["schemas"]["DeliveryAlert"] | null;
            /**
             * Format: int64
             * @description Of an alert: hours in which the same thing is not told of again.
             */
            cooldown_hours?: number | null;
            /** @description `en` or `ru`. */
            locale?: string | null;
            /** @description What people call it. */
            name?: string | null;
            quiet_hours?: components["schemas"]["QuietHours"] | null;
            schedule?: components["schemas"]["DeliverySchedule"] | null;
            target?: components["schemas"]["DeliveryTarget"] | null;
        };
        /**
         * @description A run of a delivery.
         * @example {
         *       "at": "2026-05-04T06:00:02Z",
         *       "id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01",
         *       "reason": null,
         *       "status": "sent",
         *       "summary": "Revenue: 12,300 RUB (+5.2 %, before 11,700 RUB)"
         *     }
         */
        DeliveryRun: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Identity. */
            id: string;
            /** @description Why it was not sent. */
            reason?: string | null;
            /** @description `queued` (it waits for the bot), `sent`, `skipped` or `failed`. */
            status: string;
            /** @description What it said, in a line. */
            summary?: string | null;
        };
        /** @description Runs, the latest first. */
        DeliveryRunList: {
            items: components["schemas"]["DeliveryRun"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description When a digest is sent, by the workspace's clock.
         * @example {
         *       "every": "week",
         *       "hour": 9,
         *       "weekday": 1
         *     }
         */
        DeliverySchedule: {
            /**
             * Format: int32
             * @description Of a month: the day, 1 to 31; the first unless given. A shorter month has it on its last day.
             */
            day?: number | null;
            /** @description How often. */
            every: components["schemas"]["Every"];
            /**
             * Format: int32
             * @description The hour, 0 to 23.
             */
            hour: number;
            /**
             * Format: int32
             * @description Of a week: the day, 1 (Monday) to 7; Monday unless given.
             */
            weekday?: number | null;
        };
        /**
         * @description Where to.
         * @example {
         *       "email": "anna@example.com"
         *     }
         */
        DeliveryTarget: {
            /**
             * Format: int64
             * @description By Telegram: an account that is linked to the owner; the one linked last unless given.
             */
            chat_id?: number | null;
            /** @description By mail: the address of somebody in the workspace; the owner's unless given. */
            email?: string | null;
        };
        /** @description A customer who may be another's double. */
        DuplicateBody: {
            city?: string | null;
            customer_id: string;
            email?: string | null;
            name?: string | null;
            phone?: string | null;
        };
        /** @description Customers who may be one person. */
        DuplicatesBody: {
            /** @description Who, by their ids. */
            customers: components["schemas"]["DuplicateBody"][];
            /** @description Why: `email`, `phone`, `name_and_city` (the attribute `city`). */
            reasons: string[];
        };
        /** @description Groups of customers who may be one person each. */
        DuplicatesList: {
            items: components["schemas"]["DuplicatesBody"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description The rule of a workspace for records of an erased customer that occurred before the erasure, or have no time. Later ones are of a
         *     person who came back.
         * @enum {string}
         */
        ErasedRecords: "refuse" | "guest" | "anew";
        /** @description An erasure: it holds no personal data. */
        ErasureBody: {
            /**
             * Format: date-time
             * @description By then no file and no old snapshot holds the person.
             */
            complete_by: string;
            /**
             * Format: date-time
             * @description Null while it is under way.
             */
            completed_at?: string | null;
            id: string;
            /**
             * Format: int64
             * @description Interactions removed.
             */
            interactions: number;
            /**
             * Format: int64
             * @description Purchases removed, or made anonymous.
             */
            purchases: number;
            /**
             * Format: date-time
             * @description No answer has shown the person since.
             */
            requested_at: string;
        };
        /** @description Errors on the past. */
        ErrorsBody: {
            /**
             * Format: double
             * @description Mean absolute error over that of the seasonal naive method one step ahead.
             */
            mase?: number | null;
            /**
             * Format: double
             * @description Symmetric mean absolute percentage error, 0 to 200.
             */
            smape?: number | null;
        };
        /** @description One thing that happened. */
        EventBody: (components["schemas"]["PurchaseBody"] & {
            /** @enum {string} */
            type: "purchase";
        }) | (components["schemas"]["InteractionBody"] & {
            /** @enum {string} */
            type: "interaction";
        });
        /**
         * @description How often.
         * @enum {string}
         */
        Every: "day" | "week" | "month";
        /** @description The figures behind it. The rows are those of the statement at that version of the data. */
        EvidenceBody: {
            /** @description Name, type and unit of each column. */
            columns: components["schemas"]["ColumnBody"][];
            /** @description What the statement gave, in the order of the columns. */
            rows: components["schemas"]["Cell"][][];
            /** @description One read-only statement, which runs at `/v1/sql`. */
            sql: string;
        };
        /** @description Additional revenue that is expected, with its 95 % interval and how it was estimated. */
        ExpectedBody: components["schemas"]["ExpectedFigures"] & {
            /** @description How they were estimated, in a sentence. */
            explanation: string;
        };
        /** @description Additional revenue that is expected, with its 95 % interval. */
        ExpectedFigures: {
            /**
             * Format: decimal
             * @description What it costs to ask these customers, which is taken off where recommendations are ranked: assumed shares of an average order,
             *     0.2 % by a message and 5 % by a personal word. 0 where nobody is asked.
             */
            cost?: number;
            /**
             * Format: int32
             * @description Over so many days.
             */
            days: number;
            /**
             * Format: decimal
             * @description The lower end of the 95 % interval.
             */
            lower: number;
            /** @description How it was estimated: assumed_response, measured_response, accounting, sales_rate, bounds or not_estimated. */
            method: string;
            /** @description What is expected to change. */
            metric: string;
            /** @description What one of it is: a currency code. */
            unit: string;
            /**
             * Format: decimal
             * @description The upper end.
             */
            upper: number;
            /**
             * Format: decimal
             * @description How much more.
             */
            value: number;
        };
        /** @description The rows that are right. */
        ExpectedRows: {
            /** @description The names of the columns. */
            columns: string[];
            /** @description The rows, each with its cells in the order of the columns. */
            rows: components["schemas"]["Cell"][][];
        };
        /**
         * @description Two periods to compare.
         * @example {
         *       "compare_from": "2026-03-01",
         *       "compare_to": "2026-04-01",
         *       "dimensions": [
         *         "product",
         *         "channel"
         *       ],
         *       "from": "2026-04-01",
         *       "metric": "revenue",
         *       "to": "2026-05-01"
         *     }
         */
        ExplainBody: {
            /** @description Start of the earlier period. */
            compare_from: string;
            /** @description Its end, not part of it. */
            compare_to: string;
            /** @description ISO 4217; the workspace's unless sent. */
            currency?: string | null;
            /**
             * @description What to look at it by: product, category, channel, segment, customer_kind, weekday, hour, attributes.NAME; all that fit
             *     unless sent.
             */
            dimensions?: string[] | null;
            /** @description Which purchases are looked at: those that pass all of these. All of them unless sent. */
            filters?: components["schemas"]["PlanFilter"][];
            /** @description Start of the later period: RFC 3339, or a date in the workspace's zone. */
            from: string;
            locale?: ("en" | "ru") & Record<string, never>;
            /** @description The metric; revenue unless sent. */
            metric?: ("revenue" | "gross" | "refunds" | "orders" | "units" | "customers" | "average_order" | "new_customers" | "repeat_rate") | null;
            /** @description Its end, not part of it. */
            to: string;
        };
        /**
         * @description A file that is made in the background.
         * @example {
         *       "bytes": 183220,
         *       "created_at": "2026-05-01T08:00:00Z",
         *       "error": null,
         *       "expires_at": "2026-05-02T08:00:02Z",
         *       "finished_at": "2026-05-01T08:00:02Z",
         *       "format": "xlsx",
         *       "id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01",
         *       "kind": "report",
         *       "report": "top_customers",
         *       "rows": 4330,
         *       "saved_report": null,
         *       "status": "done"
         *     }
         */
        Export: {
            /**
             * Format: int64
             * @description Bytes of the file.
             */
            bytes?: number | null;
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            created_at: string;
            /** @description Why it failed. */
            error?: string | null;
            /**
             * Format: date-time
             * @description When it goes.
             */
            expires_at?: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             */
            finished_at?: string | null;
            /** @description Of the file, or of those in the ZIP file. */
            format: components["schemas"]["ExportFormat"];
            /** @description Identity. */
            id: string;
            /** @description `customers`, `report`, `saved_report`, `sql` or `workspace`. */
            kind: components["schemas"]["ExportKind"];
            /** @description Of kind `report`: which one. */
            report?: string | null;
            /**
             * Format: int64
             * @description Rows; while it runs, those so far.
             */
            rows?: number | null;
            /** @description Of kind `saved_report`: which one. */
            saved_report?: string | null;
            /** @description `queued`, `running`, `done`, `failed` or `cancelled`. */
            status: string;
        };
        /**
         * @description The format of the file, or of the files in a ZIP file.
         * @enum {string}
         */
        ExportFormat: "csv" | "xlsx" | "parquet" | "ndjson";
        /**
         * @description What is exported.
         * @enum {string}
         */
        ExportKind: "customers" | "report" | "saved_report" | "sql" | "workspace";
        /** @description Exports, the newest first. */
        ExportList: {
            items: components["schemas"]["Export"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description What a person says of an answer.
         * @example {
         *       "comment": "I meant last year",
         *       "verdict": "down"
         *     }
         */
        FeedbackBody: {
            /** @description In their own words. */
            comment?: string | null;
            /** @description up or down. */
            verdict: string;
        };
        /** @description Something that is to be known. */
        FindingBody: {
            /**
             * Format: decimal
             * @description In the later period; for a shift and an anomaly that of a day.
             */
            after: number;
            /**
             * Format: decimal
             * @description In the earlier period; for a shift and an anomaly the usual value of a day.
             */
            before: number;
            cause?: components["schemas"]["BehindBody"] | null;
            /**
             * Format: double
             * @description How sure, 0 to 1; 1 for arithmetic.
             */
            confidence: number;
            /**
             * Format: decimal
             * @description What it carries of the change of the whole.
             */
            contribution: number;
            /** @description What it is looked at by; null for the whole. */
            dimension?: string | null;
            /**
             * Format: decimal
             * @description What it has more, or less, than if it had grown like the whole; null where that was not looked at.
             */
            excess?: number | null;
            /** @description Names it: the same finding has the same id. */
            id: string;
            /** @description Which key of it; null for purchases without one, and for `other`. */
            key?: string | null;
            /**
             * @description driver: a key that carries a part of the change; mix: one that does by its share; shift: a level that began; anomaly: a
             *     day out of line.
             */
            kind: string;
            /** @description The key as people know it; `other` for all keys that are not told one by one. */
            label?: string | null;
            /** @description The metric. */
            metric: string;
            /** @description Keys of other dimensions that stand on the same lines and tell the same. */
            same: components["schemas"]["SameKeyBody"][];
            /** @description Whether a year ago the same happened; null where that cannot be told. */
            seasonal?: boolean | null;
            /** @description It in a sentence. */
            sentence: string;
            /**
             * Format: double
             * @description The contribution as a share of the larger of both periods' figures of the whole; null where both are 0.
             */
            share?: number | null;
            /**
             * Format: date
             * @description The first day of the new level; for an anomaly the day.
             */
            since?: string | null;
            /** @description The statement that it rests on; it runs at `/v1/sql` and gives before and after. */
            sql: string;
        };
        /** @description How many recommendations of a kind a list of all kinds leaves out. */
        FoldedBody: {
            /** @description The kind. */
            kind: string;
            /** @description How many more there are. */
            more: number;
        };
        /** @description A forecast. */
        ForecastBody: {
            backtest?: components["schemas"]["BacktestBody"] | null;
            /** @description day, week or month. */
            grain: string;
            /** @description What was, without the period that is running; empty periods hold 0. */
            history: components["schemas"]["HistoryBody"][];
            /** @description What is forecast. */
            metric: string;
            /** @description What was chosen. */
            model: components["schemas"]["ModelBody"];
            naive?: components["schemas"]["ErrorsBody"] | null;
            /** @description What the reader must know, a sentence each. */
            notes: string[];
            /** @description What is expected. */
            points: components["schemas"]["PointBody"][];
            /** @description The version of the data. */
            snapshot: string;
            /** @description The statement that gives the history; it runs at `/v1/sql`. */
            sql: string;
            /** @description Zone of the periods. */
            time_zone: string;
            /** @description What one of it is: a currency code, orders, units, customers, ratio. */
            unit: string;
        };
        /** @description A period that was. */
        HistoryBody: {
            /**
             * Format: date
             * @description Its first day.
             */
            period: string;
            /**
             * Format: double
             * @description The metric in it.
             */
            value: number;
        };
        /**
         * @description A day on which the shop is closed, or sells otherwise than on others.
         * @example {
         *       "date": "2026-01-01",
         *       "name": "New Year"
         *     }
         */
        Holiday: {
            /**
             * Format: date
             * @description The day, in the workspace's zone.
             */
            date: string;
            /** @description What people call it. */
            name?: string | null;
        };
        /** @description A file that is imported. */
        Import: {
            /**
             * Format: int64
             * @description Bytes of the file.
             */
            bytes: number;
            /**
             * Format: date-time
             * @description When it was sent.
             */
            created_at: string;
            /** @description Why it failed; while it is undone, why the last attempt at that did. It is made again. */
            error?: string | null;
            /**
             * Format: int64
             * @description Records that it would make.
             */
            expected?: number | null;
            /**
             * Format: date-time
             * @description When its file goes, and after the run what is wrong with rows; null: they are gone.
             */
            expires_at?: string | null;
            /** @description What the file is called; empty where somebody was erased since. */
            file_name: string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            finished_at?: string | null;
            /** @description Identity; it marks what the import makes, as `_import_id` in SQL. */
            id: string;
            look?: components["schemas"]["ImportLook"] | null;
            progress?: components["schemas"]["ImportProgress"] | null;
            /** @description What its rows are: `customers`, `purchases` or `interactions`; null: it is not known, or the mapping does not fit. */
            records?: string | null;
            /** @description How it is to be read, as far as somebody has said it. */
            settings: components["schemas"]["ImportSettings"];
            /**
             * Format: date-time
             * @description When it began to be stored.
             */
            started_at?: string | null;
            /**
             * @description `uploaded` (it waits to be looked at), `looking`, `looked_at` (map it, or run it), `running`, `done`, `failed`, `undoing` or
             *     `undone`.
             */
            status: string;
            /** @description The export that it was taken for, or what its rows are by the names of its columns. */
            taken_for?: string | null;
            totals?: components["schemas"]["ImportTotals"] | null;
        };
        /**
         * @description What becomes of an attribute in which the lines of one purchase differ.
         * @enum {string}
         */
        ImportAttributes: "agree" | "first" | "join" | "line";
        /** @description A column of a file. */
        ImportColumn: {
            /** @description The field that it goes into; null: none, or a known export's rules say what becomes of it. */
            field?: string | null;
            name: string;
            /** @description Its first values. */
            values: string[];
        };
        /**
         * @description What separates the fraction of a number.
         * @enum {string}
         */
        ImportDecimalMark: "comma" | "point";
        /**
         * @description Something that is wrong with a record.
         * @example {
         *       "field": "amount",
         *       "message": "\"x\" is no number",
         *       "record": {
         *         "amount": "x",
         *         "purchase_id": "B"
         *       },
         *       "record_id": "B",
         *       "row": 2,
         *       "rows": [
         *         2,
         *         3
         *       ]
         *     }
         */
        ImportFault: {
            /** @description The field; empty for the record as such. */
            field: string;
            /** @description Of an import of several files: the one that the row is of, or the first of the rows. */
            file?: string | null;
            /** @description Of an import of several files: the file of each of the rows, where they are of several. */
            files?: string[];
            /** @description What is wrong and what would be right. */
            message: string;
            /** @description The row as it was read, or the record as it would be stored. */
            record?: {
                [key: string]: unknown;
            } | null;
            /** @description The record's id as the file writes it. */
            record_id?: string | null;
            /**
             * Format: int64
             * @description The row that is wrong, where it is one.
             */
            row?: number | null;
            /** @description Rows of the file that the record was made of: from 1 after the header. */
            rows: number[];
        };
        /** @description What is wrong with rows, in the order of the file. */
        ImportFaultList: {
            items: components["schemas"]["ImportFault"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /** @description What a file would come to. */
        ImportFigures: {
            /**
             * Format: int64
             * @description Lines whose quantity and amount have opposite signs: they are stored with the kind `other`.
             */
            as_other: number;
            /**
             * Format: int64
             * @description Records that would be refused: `/errors` lists why.
             */
            bad: number;
            /**
             * Format: int64
             * @description Customers whom the records name.
             */
            customers: number;
            /** @description The first records as they would be stored. */
            examples: {
                [key: string]: unknown;
            }[];
            /**
             * Format: int64
             * @description Records that would be stored.
             */
            good: number;
            /**
             * Format: int64
             * @description Purchases that are stored already: they would be replaced, or with `append` keep their lines.
             */
            known: number;
            /** @description What does not count and is left out, by reason. */
            left_out: components["schemas"]["ImportSum"][];
            /**
             * Format: int64
             * @description How many of those would lose lines.
             */
            losing: number;
            /** @description Records and amounts by month, of longer files by year. */
            periods: components["schemas"]["ImportSum"][];
            /**
             * Format: int64
             * @description Rows that stand in several of the files, as in exports that overlap, and would be taken once.
             */
            repeated?: number;
            /**
             * Format: int64
             * @description Rows of the records that would be stored.
             */
            rows: number;
            /** @description Records and amounts by status, of those that count in no figure. */
            statuses: components["schemas"]["ImportSum"][];
            /** @description The first of those. */
            would_lose: components["schemas"]["ImportLosing"][];
        };
        /**
         * @description A file in a form, or several: an export that was cut into several files is one import, in which an order may have its lines in two
         *     of them.
         */
        ImportForm: {
            /**
             * Format: binary
             * @description The file; a part of this name for each, where there are several.
             */
            file: string;
        };
        /** @description Imports, the newest first. */
        ImportList: {
            items: components["schemas"]["Import"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /** @description What a file looks like. */
        ImportLook: {
            /** @description Its columns, in their order. */
            columns: components["schemas"]["ImportColumn"][];
            /** @description Fields that columns may go into, beside `attributes.NAME`. */
            fields: string[];
            figures?: components["schemas"]["ImportFigures"] | null;
            /** @description The files that are read as one, where there are several. */
            files?: string[];
            /** @description `csv`, `ndjson`, `records` (NDJSON of whole records) or `parquet`; worksheets, tables of HTML and CommerceML are read as `csv`. */
            format: string;
            /** @description Columns that go nowhere. */
            ignored: string[];
            /** @description The mapping is a guess: look at it before it is run. */
            is_guess: boolean;
            /** @description What a person should know of how it is read. */
            notes: string[];
            /** @description Names of the exports that are known. */
            presets: string[];
            /** @description Why the mapping does not fit; null where it does. */
            problem?: string | null;
            /** @description What its rows are; null: nobody knows, say it. */
            records?: string | null;
            /** @description Worksheets of a workbook, in their order; `sheet` of the settings chooses one. */
            sheets?: string[];
            /** @description The export that it was taken for, or what its rows are by the names of its columns; null: somebody said it, or nothing is likely. */
            taken_for?: string | null;
        };
        /** @description An order that would lose lines. */
        ImportLosing: {
            /**
             * Format: int64
             * @description Lines in the file.
             */
            in_file: number;
            purchase_id: string;
            /**
             * Format: int64
             * @description Lines that are stored.
             */
            stored: number;
        };
        /** @description How far it is. */
        ImportProgress: {
            /**
             * Format: int64
             * @description While it is looked at: thousandths. While it runs: records stored.
             */
            done: number;
            /**
             * Format: int64
             * @description Of how many; null while that is not known.
             */
            total?: number | null;
        };
        /**
         * @description What the rows of a file are.
         * @enum {string}
         */
        ImportRecords: "customers" | "purchases" | "interactions";
        /**
         * @description How a file is to be read, as far as somebody has said it; the rest is found out.
         * @example {
         *       "mapping": {
         *         "amount": "Total",
         *         "occurred_at": "Date",
         *         "purchase_id": "Order No"
         *       },
         *       "records": "purchases"
         *     }
         */
        ImportSettings: {
            /**
             * @description Keep the lines that are stored of a purchase, and add those of the file that are not: for an order that is split over several
             *     files. Without it a purchase is replaced.
             * @default null
             */
            append: boolean | null;
            /** @default null */
            attributes: components["schemas"]["ImportAttributes"] | null;
            /**
             * @description Format of times, as `strftime` writes it.
             * @default null
             */
            date_format: string | null;
            /** @default null */
            decimal_mark: components["schemas"]["ImportDecimalMark"] | null;
            /**
             * @description What stands between two cells of a CSV file: one ASCII character.
             * @default null
             */
            delimiter: string | null;
            /**
             * @description Encoding of a text file, for example `windows-1251`.
             * @default null
             */
            encoding: string | null;
            /**
             * Format: int32
             * @description Which line is the header, from 1, counting those that are not empty.
             * @default null
             */
            header_row: number | null;
            /**
             * @description Leave ids such as `13085.0` as they are.
             * @default null
             */
            keep_ids: boolean | null;
            /**
             * @description Which column goes into which field: of a record, of a line, or `attributes.NAME`. A field that is not named takes the column of
             *     its own name; an empty column leaves it out. `occurred_at` may be two columns, `Date+Time`; so may `status` (`State+Paid`) and
             *     `customer_id` (`Id+Email`: the first that is filled). `time_zone` names the column with the zone, `order_total` one that has in
             *     each row of an order what the whole order comes to, `operation` one that tells sales from refunds, `refunded` one of what was
             *     given back of an order, `items` one of several items in each cell.
             * @default null
             */
            mapping: {
                [key: string]: string;
            } | null;
            /**
             * @description The known export that it is, by the name in `presets`: its rules make the orders, and `mapping` says nothing.
             * @default null
             */
            preset: string | null;
            /** @default null */
            records: components["schemas"]["ImportRecords"] | null;
            /**
             * @description Round numbers of more than four fraction digits.
             * @default null
             */
            round: boolean | null;
            /**
             * @description The worksheet of a workbook, by its name or its number from 1; `sheets` of the look lists them. Unless given, the first visible
             *     one that has cells.
             * @default null
             */
            sheet: string | null;
            /**
             * @description Zone of times that do not say theirs, for example `Europe/Moscow`; the workspace's unless given.
             * @default null
             */
            time_zone: string | null;
        };
        /** @description Records, and what they come to. */
        ImportSum: {
            /**
             * Format: decimal
             * @description What they come to; of what is left out, whatever its currency.
             */
            amount: number;
            /** @description The currency of the amount, where the records say it: a period or a status then comes once for each. */
            currency?: string | null;
            /** @description A month as `2026-03`, of longer files a year; a status; a reason. Empty: records without a time. */
            key: string;
            /**
             * Format: int64
             * @description How many.
             */
            records: number;
        };
        /** @description What has been done of an import. */
        ImportTotals: {
            /**
             * Format: int64
             * @description Records stored.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Lines that are stored with the kind `other`, as their quantity and amount have opposite signs.
             */
            as_other?: number;
            /**
             * Format: int64
             * @description Purchases of erased customers, stored as a guest's.
             */
            guests?: number;
            /**
             * Format: int64
             * @description Orders that do not count and were not stored, as they are no sale.
             */
            left_out?: number;
            /**
             * Format: int64
             * @description Records refused.
             */
            rejected: number;
            /**
             * Format: int64
             * @description Rows that stand in several of the files and were taken once.
             */
            repeated?: number;
            /**
             * Format: int64
             * @description Of these, records that took the place of an earlier one.
             */
            replaced: number;
            /**
             * Format: int64
             * @description Rows of records that are stored.
             */
            rows: number;
        };
        /**
         * @description What is asked for.
         * @enum {string}
         */
        Intent: "value" | "list" | "compare" | "explain" | "forecast" | "recommend" | "plan" | "customer" | "segments" | "basket" | "offer" | "churn" | "clv" | "cohort" | "abc" | "rows" | "help";
        /** @description An interaction. */
        InteractionBody: {
            agent?: string | null;
            attributes: {
                [key: string]: unknown;
            };
            body?: string | null;
            channel?: string | null;
            direction?: string | null;
            interaction_id: string;
            kind: string;
            /** Format: date-time */
            occurred_at: string;
            outcome?: string | null;
            subject?: string | null;
        };
        /** @description Interactions. */
        InteractionList: {
            /** @description The latest first. */
            items: components["schemas"]["StoredInteraction"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description An interaction.
         * @example {
         *       "agent": "Ольга",
         *       "channel": "phone",
         *       "customer_id": "17850",
         *       "direction": "in",
         *       "interaction_id": "c-1",
         *       "kind": "call",
         *       "occurred_at": "2026-03-01T10:00:00+03:00",
         *       "outcome": "resolved",
         *       "subject": "Доставка"
         *     }
         */
        InteractionRecord: {
            /** @description Who of yours. */
            agent?: string | null;
            /** @description Anything of the app's own. */
            attributes?: {
                [key: string]: unknown;
            } | null;
            body?: string | null;
            /** @description Over what. */
            channel?: string | null;
            /** @description With whom. */
            customer_id?: string | null;
            /** @description `in` or `out`. */
            direction?: ("in" | "out") | null;
            /** @description The app's own id; made here unless given. */
            interaction_id?: string | null;
            /** @description `call`, `email`, `visit`, … */
            kind: string;
            /** @description RFC 3339, or a date; now unless given. */
            occurred_at?: string | null;
            outcome?: string | null;
            subject?: string | null;
        };
        /** @description One interaction or many. */
        InteractionsBody: components["schemas"]["InteractionRecord"] | components["schemas"]["InteractionRecord"][];
        /** @description The plan of a question. */
        Interpretation: {
            /** @description What was taken for granted, in the language of the answer. */
            assumed?: string[];
            average_per?: components["schemas"]["CalendarUnit"] | null;
            compared_with?: components["schemas"]["PlanPeriod"] | null;
            /** @description Another currency than the workspace's. */
            currency?: string | null;
            /** @description What they are cut by. */
            dimensions?: string[];
            /** @description Which records count, and which keys are listed. */
            filters?: components["schemas"]["PlanFilter"][];
            grain?: components["schemas"]["CalendarUnit"] | null;
            /**
             * Format: int32
             * @description How many steps of the grain a forecast goes ahead.
             */
            horizon?: number | null;
            /** @description What is asked for. */
            intent: components["schemas"]["Intent"];
            /**
             * Format: int32
             * @description How many rows.
             */
            limit?: number | null;
            /** @description The limit is of the rows of each group: of all that have the same keys but the last dimension. */
            limit_each?: boolean;
            /** @description The metrics, the main one first. */
            metrics?: components["schemas"]["Metric"][];
            order?: components["schemas"]["PlanOrder"] | null;
            /** @description When. */
            period?: components["schemas"]["PlanPeriod"];
            /** @description The first metric divided by the second. */
            ratio?: boolean;
            /** @description Shares of the whole instead of (and beside) figures. */
            share?: boolean;
            /** @description The rows that the limit leaves are added up to one figure. */
            together?: boolean;
        };
        /** @description An invite as lists show it. */
        Invite: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description Whom it is for; null: whoever has the link. */
            email?: string | null;
            /**
             * Format: date-time
             * @description From when on it lets nobody in.
             */
            expires_at: string;
            /** @description Identity, for taking it back. */
            id: string;
            /** @description The name of the person who made it. */
            invited_by?: string | null;
            /**
             * @description Each may what the ones before it may: viewer, analyst, manager, admin, owner.
             * @enum {string}
             */
            role: "viewer" | "analyst" | "manager" | "admin" | "owner";
        };
        /** @description Invites that can be used, the newest first. */
        InviteList: {
            items: components["schemas"]["Invite"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /** @description API keys, the newest first. */
        KeyList: {
            items: components["schemas"]["ApiKey"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description What a task brought so far, against the customers held out of it. A difference is measured from 30 customers on each side on: a task with
         *     fewer is measured together with the others of its kind, and says how many are needed where these are too few as well.
         */
        LiftBody: {
            /** @description Whether the time in which orders count is over. */
            complete: boolean;
            /**
             * Format: int32
             * @description Of those who were to be asked, how many ordered.
             */
            converted: number;
            /**
             * Format: int32
             * @description Of those held out.
             */
            converted_held_out: number;
            /**
             * Format: int32
             * @description Customers who were held out.
             */
            held_out: number;
            /**
             * Format: decimal
             * @description Additional revenue a customer: the difference of the means; null with too few customers on a side, and until somebody orders.
             */
            lift?: number | null;
            /**
             * Format: decimal
             * @description The lower end of its 95 % interval.
             */
            lower?: number | null;
            /**
             * Format: int32
             * @description How many more customers must be held out, in tasks of this kind together, until the difference is measured; null once it is.
             */
            needed?: number | null;
            /**
             * Format: int32
             * @description How many tasks of the kind the difference is of together, as this one has too few customers; null where it is its own.
             */
            pooled_tasks?: number | null;
            /**
             * Format: decimal
             * @description The same for all who were to be asked together.
             */
            total?: number | null;
            /**
             * Format: int32
             * @description Customers who were to be asked, reached or not.
             */
            treated: number;
            /** @description The currency of the figures. */
            unit: string;
            /**
             * Format: decimal
             * @description The upper end.
             */
            upper?: number | null;
        };
        /** @description A line of a purchase. */
        LineBody: {
            /** Format: decimal */
            amount: number;
            category?: string | null;
            /**
             * Format: decimal
             * @description What the line cost.
             */
            cost?: number | null;
            /**
             * Format: decimal
             * @description What was taken off the line; `amount` is what is left.
             */
            discount?: number | null;
            /** @description `product`, `service`, `shipping`, `discount`, `fee`, `tax`, `gift_card` or `other`. */
            kind: string;
            product?: string | null;
            product_id?: string | null;
            /** Format: decimal */
            quantity: number;
            /** Format: decimal */
            unit_price?: number | null;
            /** @description Size, colour, … of the product. */
            variant?: string | null;
            /**
             * Format: decimal
             * @description Per cent.
             */
            vat_rate?: number | null;
        };
        /**
         * @description A line of a purchase. Decimals are exact, as numbers or strings, up to 4 fraction digits. `quantity` is 1 unless given, or -1
         *     where a given `amount` is negative; `amount` is `quantity * unit_price` unless given; it is negative for a refund. Where both are given for a product or a
         *     service, opposite signs are refused.
         */
        LineRecord: {
            /** Format: decimal */
            amount?: number | string | null;
            category?: string | null;
            /** Format: decimal */
            cost?: number | string | null;
            /** Format: decimal */
            discount?: number | string | null;
            /** @description What it is of; goods unless given. */
            kind?: ("product" | "service" | "shipping" | "discount" | "fee" | "tax" | "gift_card" | "other") | null;
            product?: string | null;
            product_id?: string | null;
            /** Format: decimal */
            quantity?: number | string | null;
            /** Format: decimal */
            unit_price?: number | string | null;
            /** @description Size, colour, … of the product. */
            variant?: string | null;
            /** Format: decimal */
            vat_rate?: number | string | null;
        };
        /** @description A person whom a Telegram account acts as. */
        LinkedUser: {
            /** @description Identity. */
            id: string;
            /** @description `en` or `ru`. */
            locale: string;
            /** @description What they are called. */
            name: string;
        };
        /** @description A workspace that a Telegram account opens. */
        LinkedWorkspace: {
            /** @description ISO 4217 code of figures without another one. */
            currency: string;
            /** @description Identity. */
            id: string;
            /** @description `en` or `ru`. */
            locale: string;
            /** @description What people call it. */
            name: string;
            /** @description The zone in which days, weeks and months begin. */
            time_zone: string;
        };
        /** @description What is not there. */
        ListedAbsent: {
            /** @description Its name. */
            name: string;
            /** @description Its title. */
            title: components["schemas"]["TextInBothLanguages"];
            /** @description Why it is not there. */
            why: components["schemas"]["TextInBothLanguages"];
        };
        /** @description A dimension as listed. */
        ListedDimension: {
            /** @description Its name in requests. */
            name: string;
            /** @description Its title. */
            title: components["schemas"]["TextInBothLanguages"];
        };
        /** @description A metric as listed. */
        ListedMetric: {
            /** @description Whether the values of parts add up to that of the whole. */
            adds_up: boolean;
            /** @description How it is worked out. */
            definition: components["schemas"]["TextInBothLanguages"];
            /** @description What it may be cut and filtered by. */
            dimensions: string[];
            /** @description The steps in time it may be cut by. */
            grains: string[];
            /** @description Its name in requests. */
            name: string;
            /** @description Words it is asked for by. */
            synonyms: string[];
            /** @description Its title. */
            title: components["schemas"]["TextInBothLanguages"];
            /** @description What one of it is; money has the currency's code. */
            unit: string;
        };
        /** @description A text in each language. */
        LocalText: {
            /** @description In English. */
            en: string;
            /** @description In Russian. */
            ru: string;
        };
        /**
         * @description A login.
         * @example {
         *       "email": "anna@example.com",
         *       "password": "correct horse battery"
         *     }
         */
        Login: {
            /** @description E-mail address. */
            email: string;
            /** @description The token of an invite into one more workspace: the last part of its link. The session is there then. */
            invite?: string | null;
            /** @description Password. */
            password: string;
        };
        /** @description A person in a workspace. */
        Member: {
            /** @description Address. */
            email: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            joined_at: string;
            /**
             * Format: date-time
             * @description When a session of theirs was last used here, up to a minute behind; null when none is left.
             */
            last_seen_at?: string | null;
            /** @description Full name. */
            name: string;
            /**
             * @description Each may what the ones before it may: viewer, analyst, manager, admin, owner.
             * @enum {string}
             */
            role: "viewer" | "analyst" | "manager" | "admin" | "owner";
            /** @description Identity of the person. */
            user_id: string;
        };
        /** @description People, those who have had an account for longest first. */
        MemberList: {
            items: components["schemas"]["Member"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A workspace of a person, and what they are there. */
        Membership: components["schemas"]["Workspace"] & {
            /** @description Whether the session that asks is there. */
            current: boolean;
            /**
             * @description Each may what the ones before it may: viewer, analyst, manager, admin, owner.
             * @enum {string}
             */
            role: "viewer" | "analyst" | "manager" | "admin" | "owner";
        };
        /**
         * @description Into whom.
         * @example {
         *       "into": "17850"
         *     }
         */
        MergeBody: {
            /** @description The customer who stays; where that one was merged in turn, into whom. */
            into: string;
        };
        /** @description A customer who was merged into another. */
        MergedBody: {
            /** @description The customer who stays: the person. */
            customer_id: string;
            /**
             * Format: date-time
             * @description When.
             */
            merged_at: string;
            /** @description The customer who was merged. Records that are sent under this id are the person's; it stands in their `original_customer_id`. */
            merged_customer_id: string;
            /**
             * Format: date-time
             * @description Until when it can be undone; null: not any more.
             */
            undo_until?: string | null;
        };
        /** @description Customers who were merged into one, the last first. */
        MergedList: {
            items: components["schemas"]["MergedBody"][];
            /** @description Always null: all of them are in one page. */
            next_cursor?: string | null;
        };
        /**
         * @description A message to the assistant: words, or the plan of an earlier answer as the person has changed it.
         * @example {
         *       "message": "Revenue by country last month"
         *     }
         */
        MessageBody: {
            /** @description The conversation that it goes on; a new one unless sent. */
            conversation_id?: string | null;
            /** @description The language where the message has none of its own: `ru` or `en`, or a locale of them. */
            locale?: string | null;
            /** @description The question, in Russian or English. */
            message?: string | null;
            plan?: components["schemas"]["Interpretation"] | null;
        };
        /**
         * @description What became of a message.
         * @enum {string}
         */
        MessageStatus: "sent" | "failed" | "blocked" | "later";
        /** @description What a result says of itself. */
        MetaBody: components["schemas"]["Provenance"] & {
            /**
             * Format: int64
             * @description Milliseconds from the question to the last row.
             */
            elapsed_ms: number;
            /**
             * Format: int64
             * @description Rows read from tables.
             */
            rows_scanned: number;
            /** @description Whether there were more rows than `limit`. */
            truncated: boolean;
        };
        /**
         * @description A figure that can be asked for. Its meaning is the same in every report.
         * @enum {string}
         */
        Metric: "revenue" | "gross" | "refunds" | "orders" | "units" | "customers" | "average_order" | "new_customers" | "returning_customers" | "repeat_rate" | "refund_rate" | "products" | "interactions" | "product_revenue" | "shipping" | "fees" | "discounts" | "cost" | "margin" | "margin_coverage" | "net_orders" | "repeat_rate_90d";
        /** @description The whole catalogue. */
        MetricCatalogue: {
            /** @description What is asked for and not there. */
            absent: components["schemas"]["ListedAbsent"][];
            /** @description The dimensions; any attribute of a purchase or customer is one more, as `attributes.NAME`. */
            dimensions: components["schemas"]["ListedDimension"][];
            /** @description The metrics. */
            metrics: components["schemas"]["ListedMetric"][];
        };
        /** @description What was chosen. */
        ModelBody: {
            /** @description combination, seasonal_naive, naive, mean, croston_sba or tsb. */
            name: string;
            /** @description Parts with their weight and what was fitted. */
            parts: components["schemas"]["ModelPartBody"][];
            /** @description Length of its season in periods; 1 for none. */
            season: number;
        };
        /** @description A part of a model. */
        ModelPartBody: {
            /** @description Its usual short name. */
            name: string;
            /** @description What was fitted. */
            parameters: {
                [key: string]: number;
            };
            /**
             * Format: double
             * @description Its share.
             */
            weight: number;
        };
        /**
         * @description Days that people of a workspace call by a name of their own.
         * @example {
         *       "from": "06-10",
         *       "names": [
         *         "shop birthday",
         *         "день рождения магазина"
         *       ],
         *       "to": "06-12"
         *     }
         */
        NamedDays: {
            /** @description Month and day of the first day. */
            from: string;
            /** @description What people call them, in either language; inflected forms are understood. */
            names: string[];
            /** @description Month and day of the last day; before the first: in the next year. */
            to: string;
        };
        /** @description An API key that has just been made. */
        NewApiKey: components["schemas"]["ApiKey"] & {
            /**
             * @description The key itself. It is shown here and never again.
             * @example kp_3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3x
             */
            key: string;
        };
        /**
         * @description A new dashboard.
         * @example {
         *       "cards": [
         *         {
         *           "kind": "metric",
         *           "metric": "revenue",
         *           "title": "Revenue",
         *           "width": 1
         *         },
         *         {
         *           "kind": "report",
         *           "query": {
         *             "grain": "day"
         *           },
         *           "report": "sales_over_time",
         *           "title": "Sales by day",
         *           "width": 3
         *         }
         *       ],
         *       "name": "Monday",
         *       "period": "last_7_days"
         *     }
         */
        NewDashboardBody: {
            /** @description Its cards, in their order. */
            cards?: components["schemas"]["CardOfDashboard"][];
            /** @description What people call it. */
            name: string;
            period?: components["schemas"]["DashboardPeriod"] | null;
            /** @description Whether everybody in the workspace sees it; no unless sent. */
            shared?: boolean;
        };
        /**
         * @description A new delivery.
         * @example {
         *       "channel": "telegram",
         *       "kind": "digest",
         *       "locale": "ru",
         *       "name": "Mondays",
         *       "schedule": {
         *         "every": "week",
         *         "hour": 9,
         *         "weekday": 1
         *       }
         *     }
         */
        NewDelivery: {
            /** @description Whether it is sent; true unless given. */
            active?: boolean | null;
            alert?: components["schemas"]["DeliveryAlert"] | null;
            /** @description By which way. */
            channel: components["schemas"]["DeliveryChannel"];
            /**
             * Format: int64
             * @description Of an alert: hours in which the same thing is not told of again; 24 unless given.
             */
            cooldown_hours?: number | null;
            /** @description What it is. */
            kind: components["schemas"]["DeliveryKind"];
            /** @description `en` or `ru`; the owner's unless given. */
            locale?: string | null;
            /** @description What people call it. */
            name: string;
            quiet_hours?: components["schemas"]["QuietHours"] | null;
            schedule?: components["schemas"]["DeliverySchedule"] | null;
            /** @description Where to. */
            target?: components["schemas"]["DeliveryTarget"];
        };
        /**
         * @description What is to be exported.
         * @example {
         *       "format": "xlsx",
         *       "kind": "report",
         *       "query": {
         *         "from": "2026-01-01",
         *         "to": "2026-04-01"
         *       },
         *       "report": "top_customers"
         *     }
         */
        NewExport: {
            /** @description Whether texts in CSV that a spreadsheet would take for a formula get a `'` in front; true unless given. */
            csv_guard?: boolean | null;
            format?: components["schemas"]["ExportFormat"] | null;
            /** @description What. */
            kind: components["schemas"]["ExportKind"];
            /**
             * @description Of a report, saved or not: its parameters. Of customers: `search`, `segment`, `filter`, `sort`, `currency` of their list. Of `sql`: the values
             *     of `$name`.
             */
            query?: {
                [key: string]: unknown;
            };
            /** @description Of kind `report`: which one, as the catalogue lists it. */
            report?: string | null;
            /** @description Of kind `saved_report`: its id. Whoever asks must see it, then and when the file is made. */
            saved_report?: string | null;
            /** @description Of kind `sql`: the statement. */
            sql?: string | null;
        };
        /** @description An invite that has just been made. The link is shown here and never again. */
        NewInvite: components["schemas"]["Invite"] & {
            /** @description What `invite` of registering and logging in takes: the link's last part. */
            token: string;
            /** @description The link to hand on. */
            url: string;
        };
        /**
         * @description A new invite.
         * @example {
         *       "email": "boris@example.com",
         *       "role": "analyst"
         *     }
         */
        NewInviteBody: {
            /** @description Whom it is for: only this address can use it. Whoever has the link unless given. */
            email?: string | null;
            /**
             * Format: date-time
             * @description From when on it lets nobody in; 7 days from now unless given, 90 at most.
             */
            expires_at?: string | null;
            /**
             * @description Each may what the ones before it may: viewer, analyst, manager, admin, owner.
             * @enum {string}
             */
            role: "viewer" | "analyst" | "manager" | "admin" | "owner";
        };
        /**
         * @description A new API key.
         * @example {
         *       "name": "Online shop",
         *       "scopes": [
         *         "ingest",
         *         "read"
         *       ]
         *     }
         */
        NewKeyBody: {
            /**
             * Format: date-time
             * @description From when on it opens nothing; it does for good unless given.
             */
            expires_at?: string | null;
            /** @description What people call it. */
            name: string;
            /** @description What it may do; one or more. */
            scopes: components["schemas"]["Scope"][];
        };
        /**
         * @description A new note.
         * @example {
         *       "body": "Asked for a quote, call back in June",
         *       "subject": "Quote"
         *     }
         */
        NewNoteBody: {
            /** @description What is written. */
            body: string;
            /** @description Its subject line. */
            subject?: string | null;
        };
        /**
         * @description What a person is to be.
         * @example {
         *       "role": "manager"
         *     }
         */
        NewRole: {
            /**
             * @description Each may what the ones before it may: viewer, analyst, manager, admin, owner.
             * @enum {string}
             */
            role: "viewer" | "analyst" | "manager" | "admin" | "owner";
        };
        /**
         * @description Which shop.
         * @example {
         *       "lines": 20000
         *     }
         */
        NewSampleData: {
            /**
             * Format: int64
             * @description Lines of its purchases in two years; 20,000 unless given.
             */
            lines?: number | null;
            /**
             * Format: int64
             * @description Another seed, another shop; 42 unless given.
             */
            seed?: number | null;
        };
        /**
         * @description A new report of one's own.
         * @example {
         *       "chart": {
         *         "kind": "line",
         *         "x": "day",
         *         "y": [
         *           "revenue"
         *         ]
         *       },
         *       "name": "Revenue of a channel by day",
         *       "parameters": [
         *         {
         *           "default": "web",
         *           "label": "Channel",
         *           "name": "channel",
         *           "type": "text"
         *         }
         *       ],
         *       "shared": true,
         *       "sql": "SELECT date_trunc('day', local_time(occurred_at)) AS day, sum(amount) AS revenue FROM purchases WHERE occurred_at >= $from AND occurred_at < $to AND channel = $channel GROUP BY 1 ORDER BY 1"
         *     }
         */
        NewSavedReportBody: {
            chart?: components["schemas"]["SavedChartBody"] | null;
            /** @description What it tells. */
            description?: string | null;
            /** @description What people call it. */
            name: string;
            /** @description What it takes. `from` and `to` need not be declared: the statement uses them, and they are the period. */
            parameters?: components["schemas"]["SavedParameterBody"][];
            /** @description Whether everybody in the workspace sees it; no unless sent. */
            shared?: boolean;
            /** @description One read-only statement, as `POST /v1/sql` takes it, with placeholders `$name`. */
            sql: string;
        };
        /**
         * @description New rules for a workspace.
         * @example {
         *       "rules": [
         *         {
         *           "m": [
         *             5,
         *             5
         *           ],
         *           "r": [
         *             4,
         *             5
         *           ],
         *           "segment": "best"
         *         },
         *         {
         *           "r": [
         *             1,
         *             1
         *           ],
         *           "segment": "asleep"
         *         },
         *         {
         *           "segment": "rest"
         *         }
         *       ]
         *     }
         */
        NewSegmentRulesBody: {
            /**
             * Format: int32
             * @description Orders of how many months count for the scores, 1 to 600; null for the whole history. It stays as it is unless sent.
             */
            look_back_months?: number | null;
            /**
             * @description In the order in which they are tried, 125 at most. Together they take all of the 125 scores, and each takes one at least
             *     that no earlier one takes; a last rule with a name alone takes what is left. Those that hold now stay unless sent.
             */
            rules?: components["schemas"]["RuleBody"][] | null;
        };
        /**
         * @description A new task.
         * @example {
         *       "customer_id": "17850",
         *       "due_at": "2026-06-01",
         *       "title": "Call about the delivery"
         *     }
         */
        NewTaskBody: {
            /** @description Who is to do it: a member of the workspace. */
            assignee_id?: string | null;
            /** @description Whom it is about. */
            customer_id?: string | null;
            /** @description By when: RFC 3339, or a date, which means the end of that day in the workspace's zone. */
            due_at?: string | null;
            /** @description More of it. */
            note?: string | null;
            /** @description The recommendation that it is: making the task accepts it. */
            recommendation_id?: string | null;
            /** @description When to remind of it: RFC 3339, or a date: midnight in the workspace's zone. */
            remind_at?: string | null;
            status?: components["schemas"]["TaskStatus"] | null;
            /** @description What to do. */
            title: string;
        };
        /**
         * @description A question whose answer the workspace vouches for.
         * @example {
         *       "name": "Revenue by country",
         *       "question": "revenue by country last month"
         *     }
         */
        NewVerifiedQuestion: {
            expected?: components["schemas"]["ExpectedRows"] | null;
            /** @description What people call it: one question a name. */
            name: string;
            plan?: components["schemas"]["Interpretation"] | null;
            /** @description The question, in Russian or English. */
            question: string;
            /** @description Or the statement that answers it. */
            sql?: string | null;
        };
        /**
         * @description A new view.
         * @example {
         *       "columns": [
         *         "name",
         *         "revenue",
         *         "next_order_at"
         *       ],
         *       "name": "Cooling and dear",
         *       "page": "customers",
         *       "query": "filter=lifecycle%3Dcooling&sort=-revenue",
         *       "shared": false
         *     }
         */
        NewViewBody: {
            /** @description Names of columns; those of the page unless sent. */
            columns?: string[] | null;
            /** @description What people call it. */
            name: string;
            /** @description Of which page. */
            page: components["schemas"]["ViewPage"];
            /** @description The search part of the page's address, without `?`. */
            query?: string;
            /** @description Whether everybody in the workspace sees it; no unless sent. */
            shared?: boolean;
        };
        /**
         * @description A new webhook.
         * @example {
         *       "events": [
         *         "purchase.created",
         *         "customer.erased"
         *       ],
         *       "url": "https://example.com/hooks/kupets"
         *     }
         */
        NewWebhook: {
            /** @description Whether it is told from now on; true unless given. */
            active?: boolean | null;
            /** @description What is told; one or more. */
            events: components["schemas"]["WebhookEvent"][];
            /** @description Where messages go: http or https, and not into a private network. */
            url: string;
        };
        /**
         * @description A new workspace.
         * @example {
         *       "currency": "EUR",
         *       "name": "Second shop",
         *       "time_zone": "Europe/Berlin"
         *     }
         */
        NewWorkspaceBody: {
            /** @description ISO 4217 code of records and figures without another one; that of the present workspace unless given. */
            currency?: string | null;
            /** @description `en` or `ru`; that of the present workspace unless given. */
            locale?: string | null;
            /** @description What people call it. */
            name: string;
            /** @description IANA zone in which days, weeks and months begin; that of the present workspace unless given. */
            time_zone?: string | null;
        };
        /** @description Why a kind has no recommendation. */
        NoneBody: {
            /** @description no_facts, too_few, nothing_found, or decided: all that there is was decided on. */
            code: string;
            /** @description The kind. */
            kind: string;
            /** @description In a sentence. */
            reason: string;
        };
        /** @description Whoever wrote a note. */
        NoteAuthor: {
            /** @description What they were called then. */
            name?: string | null;
            /** @description Identity of the account; null where an app sent the note. */
            user_id?: string | null;
        };
        /** @description A note about a customer. */
        NoteBody: {
            /** @description Who wrote it. */
            author: components["schemas"]["NoteAuthor"];
            /** @description What is written. */
            body: string;
            /**
             * Format: date-time
             * @description When it was written.
             */
            created_at: string;
            /** @description About whom. */
            customer_id: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            edited_at?: string | null;
            /** @description Its identity, the interaction's. */
            id: string;
            /** @description Its subject line. */
            subject?: string | null;
        };
        /** @description A page of notes. */
        NoteList: {
            /** @description The latest first. */
            items: components["schemas"]["NoteBody"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description A change of a note: an absent field stays, null clears it.
         * @example {
         *       "body": "Asked for a quote, call back in July"
         *     }
         */
        NotePatchBody: {
            /** @description What is written. */
            body?: string | null;
            /** @description Its subject line. */
            subject?: string | null;
        };
        /** @description A product to offer. */
        OfferBody: {
            /** @description Its name. */
            product?: string | null;
            /** @description Its id, or its name where it has none. */
            product_id: string;
            /** @description Why, in a sentence. */
            reason: string;
            /**
             * Format: double
             * @description The probability that the customer's next purchase has it, 0 to 1.
             */
            score: number;
        };
        /** @description What may be offered, the best first. */
        OffersBody: {
            /** @description Products that the customer never bought. */
            new: components["schemas"]["OfferBody"][];
            /** @description Products that the customer bought before. */
            repeat: components["schemas"]["OfferBody"][];
        };
        /** @description A person with an account. */
        PersonBody: {
            /** @description What they are called now. */
            name: string;
            /** @description Identity. */
            user_id: string;
        };
        /** @description A plan one tap away. */
        PlanChoice: {
            /** @description Its name within the answer. */
            id: string;
            /** @description What it is, in the language of the answer. */
            label: string;
            /** @description The plan: send it back as `plan`. */
            plan: components["schemas"]["Interpretation"];
        };
        /** @description A condition. */
        PlanFilter: {
            /** @description What it is about: a dimension, a metric or `order_amount`. */
            field: string;
            /** @description The keys as people know them, in the same order; may be empty. */
            labels?: string[];
            /** @description How it is compared. */
            op: components["schemas"]["PlanOperator"];
            /** @description It is what the share is of: it does not hold for the whole. */
            part?: boolean;
            /** @description With what: keys as they are stored, or numbers as decimals. */
            values?: string[];
        };
        /**
         * @description How values are compared.
         * @enum {string}
         */
        PlanOperator: "in" | "not_in" | "more" | "at_least" | "less" | "at_most" | "between" | "missing" | "present";
        /** @description How a list is sorted. */
        PlanOrder: {
            /** @description A metric's name, `change` (the difference of a comparison), `change_ratio`, `share`, `ratio`, `period` or `key`. */
            by: string;
            /** @description The largest first. */
            descending: boolean;
        };
        /** @description When: `from` <= t < `to`. */
        PlanPeriod: {
            /** @description The words it came from. Where they and the ends disagree, the ends were edited, and decide. */
            expr?: unknown;
            /** @description The first moment in it; open where missing. */
            from?: string | null;
            /** @description It is still to come. */
            future?: boolean;
            /** @description Its days, both included, in the language of the answer. */
            label?: string;
            /** @description It has begun and not ended. */
            running?: boolean;
            /** @description The first moment after it; open where missing. */
            to?: string | null;
            /**
             * Format: int32
             * @description Only these weekdays of it.
             */
            weekdays?: number | null;
        };
        /** @description A period to come. */
        PointBody: {
            /**
             * Format: double
             * @description Lower limit of the 80 % interval.
             */
            lower80: number;
            /**
             * Format: double
             * @description Lower limit of the 95 % interval.
             */
            lower95: number;
            /**
             * Format: date
             * @description Its first day.
             */
            period: string;
            /**
             * Format: double
             * @description Upper limit of the 80 % interval.
             */
            upper80: number;
            /**
             * Format: double
             * @description Upper limit of the 95 % interval.
             */
            upper95: number;
            /**
             * Format: double
             * @description Expected value.
             */
            value: number;
        };
        /**
         * @description What went wrong (RFC 9457).
         * @example {
         *       "code": "invalid_fields",
         *       "detail": "email: this is not an e-mail address",
         *       "errors": [
         *         {
         *           "field": "email",
         *           "index": 0,
         *           "message": "this is not an e-mail address"
         *         }
         *       ],
         *       "status": 422,
         *       "title": "Invalid fields",
         *       "type": "urn:kupets:problem:invalid_fields"
         *     }
         */
        Problem: {
            /** @description Stable, for programs. */
            code: string;
            /** @description What is wrong with this request, and what to do. */
            detail: string;
            /** @description Wrong fields of records, at most 1000. */
            errors?: components["schemas"]["WrongField"][];
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The code in words. */
            title: string;
            /** @description A URN of the code. */
            type: string;
        };
        /** @description A product of a recommendation. */
        ProductBody: {
            /** @description Its name. */
            product?: string | null;
            /** @description Its id, or its name where it has none. */
            product_id: string;
        };
        /** @description What an answer says of itself before its rows are read. */
        Provenance: {
            /** @description The currency of its figures, if it has one. */
            currency?: string | null;
            /** @description Start of the period, RFC 3339, if it has one. */
            from?: string | null;
            /** @description The report; null for SQL. */
            report?: string | null;
            /** @description The version of the data that it saw. */
            snapshot: string;
            /** @description The statement that ran. */
            sql: string;
            /** @description The zone of days, weeks and months. */
            time_zone: string;
            /** @description End of the period (exclusive), RFC 3339, if it has one. */
            to?: string | null;
        };
        /** @description A purchase. */
        PurchaseBody: {
            /**
             * Format: decimal
             * @description Sum of the lines' amounts.
             */
            amount: number;
            attributes: {
                [key: string]: unknown;
            };
            channel?: string | null;
            currency: string;
            items: components["schemas"]["LineBody"][];
            /** Format: date-time */
            occurred_at: string;
            purchase_id: string;
            /** @description The purchase that it takes back. */
            refund_of?: string | null;
            /** @description The system that the record came from. */
            source?: string | null;
            /** @description `completed`, `pending` or `cancelled`: only completed ones count in figures. */
            status: string;
        };
        /** @description Purchases. */
        PurchaseList: {
            /** @description The latest first. */
            items: components["schemas"]["StoredPurchase"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description A purchase: with `items`, or with the fields of a single line in its place.
         * @example {
         *       "channel": "web",
         *       "currency": "GBP",
         *       "customer_id": "17850",
         *       "items": [
         *         {
         *           "category": "decor",
         *           "product": "White hanging heart",
         *           "product_id": "85123A",
         *           "quantity": 6,
         *           "unit_price": 2.55
         *         }
         *       ],
         *       "occurred_at": "2010-12-01T08:26:00Z",
         *       "purchase_id": "536365"
         *     }
         * @example {
         *       "amount": 15.3,
         *       "customer_id": "17850",
         *       "occurred_at": "2026-03-01",
         *       "product": "Чай"
         *     }
         */
        PurchaseRecord: {
            /** Format: decimal */
            amount?: number | string | null;
            /** @description Anything of the app's own. */
            attributes?: {
                [key: string]: unknown;
            } | null;
            /** @description Of the single line. */
            category?: string | null;
            /** @description `web`, `shop`, … */
            channel?: string | null;
            /** Format: decimal */
            cost?: number | string | null;
            /** @description ISO 4217; the workspace's unless given. */
            currency?: string | null;
            /** @description Who bought; absent for a guest. */
            customer_id?: string | null;
            /** Format: decimal */
            discount?: number | string | null;
            /** @description The lines. */
            items?: components["schemas"]["LineRecord"][] | null;
            /** @description Of the single line. */
            kind?: ("product" | "service" | "shipping" | "discount" | "fee" | "tax" | "gift_card" | "other") | null;
            /** @description RFC 3339, or a date; now unless given. */
            occurred_at?: string | null;
            /** @description Of the single line. */
            product?: string | null;
            /** @description Of the single line. */
            product_id?: string | null;
            /** @description The app's own id; made here unless given. */
            purchase_id?: string | null;
            /** Format: decimal */
            quantity?: number | string | null;
            /** @description The purchase that it takes back; it need not be known yet. */
            refund_of?: string | null;
            /** @description The system that the record comes from. */
            source?: string | null;
            /** @description How far it is; completed unless given. Only completed purchases count in figures. */
            status?: ("completed" | "pending" | "cancelled") | null;
            /** Format: decimal */
            unit_price?: number | string | null;
            /** @description Of the single line. */
            variant?: string | null;
            /** Format: decimal */
            vat_rate?: number | string | null;
        };
        /** @description One purchase or many. */
        PurchasesBody: components["schemas"]["PurchaseRecord"] | components["schemas"]["PurchaseRecord"][];
        /** @description The verified questions of a workspace. */
        QuestionList: {
            /** @description By name. */
            items: components["schemas"]["VerifiedQuestionBody"][];
            /** @description Always null: the list is one page. */
            next_cursor?: string | null;
        };
        /**
         * @description Hours of the workspace's clock in which no alert is sent.
         * @example {
         *       "from": 22,
         *       "to": 8
         *     }
         */
        QuietHours: {
            /**
             * Format: int32
             * @description The first hour of quiet, 0 to 23.
             */
            from: number;
            /**
             * Format: int32
             * @description The first hour after it, 0 to 23; before `from` it is that of the next day.
             */
            to: number;
        };
        /** @description An action that the records speak for. */
        RecommendationBody: {
            /**
             * Format: date-time
             * @description When it became a task.
             */
            accepted_at?: string | null;
            /**
             * Format: double
             * @description One minus the probability that chance looks like this, 0 to 1.
             */
            confidence: number;
            /** @description Whom it is about, those with most at stake first; as many as asked for. */
            customers: components["schemas"]["TargetBody"][];
            /** @description How many it is about; 10000 at most. */
            customers_total: number;
            /**
             * Format: date-time
             * @description When it was decided on.
             */
            decided_at?: string | null;
            /**
             * Format: date-time
             * @description When the task was finished.
             */
            done_at?: string | null;
            /** @description The figures and their statement. */
            evidence: components["schemas"]["EvidenceBody"];
            /** @description What it may bring. */
            expected: components["schemas"]["ExpectedBody"];
            /** @description What would prove it wrong. */
            falsified_by: string;
            /** @description The same for the same action and subject at any time. */
            id: string;
            /**
             * @description win_back, second_purchase, cross_sell_bundle, reorder_due, price_leak, promote_product, drop_product,
             *     at_risk_key_customer, best_contact_time or stock_out.
             */
            kind: string;
            lift?: components["schemas"]["LiftBody"] | null;
            /**
             * Format: date-time
             * @description Until when orders count for its lift.
             */
            measured_until?: string | null;
            /** @description What it is about. */
            products: components["schemas"]["ProductBody"][];
            /** @description Why. */
            reason: string;
            /** @description Where it stands. */
            status: components["schemas"]["RecommendationStatus"];
            /** @description What to do. */
            title: string;
        };
        /**
         * @description Where a recommendation stands.
         * @enum {string}
         */
        RecommendationStatus: "new" | "accepted" | "dismissed" | "done";
        /** @description Recommendations, the greatest expected money times confidence, less the cost of asking, first. */
        RecommendationsBody: {
            /**
             * Format: date-time
             * @description As of when they were looked for.
             */
            as_of: string;
            /** @description The kinds of which a list of all kinds has its three greatest alone, and how many more there are: ask by `kind` for them. */
            folded: components["schemas"]["FoldedBody"][];
            /** @description The recommendations of this page. */
            items: components["schemas"]["RecommendationBody"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
            /**
             * @description Products that by their names are no goods (postage, fees, discounts): nothing is recommended about them. Lines that say their
             *     `kind` need no guess.
             */
            no_goods: components["schemas"]["ProductBody"][];
            /** @description The kinds without a new recommendation, and why. */
            none: components["schemas"]["NoneBody"][];
            /** @description The version of the data. */
            snapshot: string;
        };
        /** @description Records that the workspace has. */
        RecordCounts: {
            /** Format: int64 */
            customers: number;
            /** Format: int64 */
            interactions: number;
            /** Format: int64 */
            purchases: number;
        };
        /**
         * @description A new account.
         * @example {
         *       "currency": "RUB",
         *       "email": "anna@example.com",
         *       "locale": "ru",
         *       "name": "Анна Петрова",
         *       "password": "correct horse battery",
         *       "time_zone": "Europe/Moscow",
         *       "workspace": "Лавка"
         *     }
         */
        Register: {
            /**
             * @description ISO 4217 code of records and figures without another one; `RUB` for `ru`, else `USD`, unless given. Not used with an invite
             *     into another workspace.
             */
            currency?: string | null;
            /** @description E-mail address; the login. */
            email: string;
            /** @description The token of an invite: the last part of its link. Where the server's `registration` is `invite`, it is needed. */
            invite?: string | null;
            /** @description `en` or `ru`; from `Accept-Language` unless given. */
            locale?: string | null;
            /** @description Full name. */
            name: string;
            /** @description 8 characters or more. */
            password: string;
            /** @description IANA zone in which days, weeks and months begin; `UTC` unless given. Not used with an invite into another workspace. */
            time_zone?: string | null;
            /** @description Name of the workspace; the person's name unless given. Not used with an invite into another. */
            workspace?: string | null;
        };
        /** @description A report. */
        Report: {
            /** @description How to draw it. */
            chart: components["schemas"]["Chart"];
            /** @description What it gives. */
            columns: components["schemas"]["ReportColumn"][];
            /** @description Whether its figures are of one currency, and it takes `currency`. */
            currency: boolean;
            /** @description What its figures mean. */
            description: components["schemas"]["LocalText"];
            /** @description Its name in paths. */
            id: string;
            /** @description What it takes: its own parameters, then those that every report takes. */
            parameters: components["schemas"]["ReportParameter"][];
            /** @description Its name for people. */
            title: components["schemas"]["LocalText"];
        };
        /** @description A column of a report. */
        ReportColumn: {
            /** @description Its name. */
            name: string;
            /** @description Its heading. */
            title: components["schemas"]["LocalText"];
            /** @description What it holds. */
            type: components["schemas"]["ReportColumnType"];
            /** @description What a value counts; `currency` stands for the code of the currency that the report was asked for. */
            unit: string | null;
        };
        /**
         * @description What a column holds.
         * @enum {string}
         */
        ReportColumnType: "text" | "integer" | "decimal" | "number" | "time" | "period" | "boolean";
        /** @description The catalogue of reports. */
        ReportList: {
            /** @description Each with id, titles and descriptions in English and Russian, parameters, columns with units, and a chart. */
            items: components["schemas"]["Report"][];
            /** @description Always null: the catalogue is one page. */
            next_cursor?: string | null;
        };
        /** @description A parameter of a report. */
        ReportParameter: {
            /** @description What it may be, if it is a choice. */
            allowed?: string[];
            /**
             * @description What it is when it is not sent, as it would be sent; `to` for a time means the end of the period. None: nothing,
             *     unless it is [`Parameter::required`].
             */
            default: string | null;
            /** @description What it does. */
            description: components["schemas"]["LocalText"];
            /**
             * Format: double
             * @description The greatest value of a number.
             */
            max?: number | null;
            /**
             * Format: double
             * @description The least value of a number.
             */
            min?: number | null;
            /** @description Its name, in the query string and behind `$` in the SQL. */
            name: string;
            /** @description Whether the report refuses to run without it. */
            required: boolean;
            /** @description What it takes. */
            type: components["schemas"]["ReportParameterType"];
        };
        /**
         * @description What a parameter takes.
         * @enum {string}
         */
        ReportParameterType: "text" | "choice" | "integer" | "number" | "time";
        /**
         * @description A new password.
         * @example {
         *       "password": "battery staple correct"
         *     }
         */
        ResetPassword: {
            /** @description 8 characters or more. */
            password: string;
        };
        /** @description A whole result. */
        ResultBody: {
            /** @description The columns. */
            columns: components["schemas"]["ColumnBody"][];
            /** @description What it says of itself. */
            meta: components["schemas"]["MetaBody"];
            /** @description The rows, each with its cells in the order of the columns. */
            rows: components["schemas"]["Cell"][][];
        };
        /**
         * @description How long records are kept, in whole months of the workspace's calendar. A kind that is null or left out is kept for ever.
         * @example {
         *       "customers": null,
         *       "interactions": 24,
         *       "purchases": 84
         *     }
         */
        Retention: {
            /**
             * Format: int32
             * @description Customers, after the last purchase, interaction or change of theirs: they are erased then, and purchases that are kept longer
             *     stay as a guest's.
             */
            customers?: number | null;
            /**
             * Format: int32
             * @description Interactions, notes among them, after they happened.
             */
            interactions?: number | null;
            /**
             * Format: int32
             * @description Purchases, after they happened.
             */
            purchases?: number | null;
        };
        /**
         * @description A segment and the scores that belong to it. A range is its least and its greatest score, both in it; one that is left out
         *     takes all scores.
         */
        RuleBody: {
            /**
             * @description Frequency: 5 for the fifth with the most orders.
             * @default [
             *       1,
             *       5
             *     ]
             * @example [
             *       1,
             *       5
             *     ]
             */
            f: number[];
            /**
             * @description The mean of the scores of frequency and monetary, rounded up.
             * @default [
             *       1,
             *       5
             *     ]
             * @example [
             *       4,
             *       5
             *     ]
             */
            fm: number[];
            /**
             * @description Monetary: 5 for the fifth with the most revenue.
             * @default [
             *       1,
             *       5
             *     ]
             * @example [
             *       1,
             *       5
             *     ]
             */
            m: number[];
            /**
             * @description Recency: 5 for the fifth of customers who ordered last.
             * @default [
             *       1,
             *       5
             *     ]
             * @example [
             *       5,
             *       5
             *     ]
             */
            r: number[];
            /**
             * @description The name: up to 64 letters of any alphabet, digits, spaces, `_` and `-`. Several rules may have the same.
             * @example champions
             */
            segment: string;
        };
        /** @description A key that tells the same as another. */
        SameKeyBody: {
            /** @description product, category, channel and so on. */
            dimension: string;
            /** @description Which key of it. */
            key: string;
            /** @description The key as people know it. */
            label?: string | null;
        };
        /**
         * @description Whether sample data is there.
         * @example {
         *       "created_at": "2026-05-01T08:00:00Z",
         *       "done_lines": 20000,
         *       "error": null,
         *       "lines": 20000,
         *       "records": 11734,
         *       "status": "done"
         *     }
         */
        SampleData: {
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            created_at?: string | null;
            /**
             * Format: int64
             * @description Those that are there.
             */
            done_lines?: number | null;
            /** @description Why it failed; while it is removed, why the last attempt at that did. It is made again. */
            error?: string | null;
            /**
             * Format: int64
             * @description Lines of its purchases in all.
             */
            lines?: number | null;
            /**
             * Format: int64
             * @description Records that were stored.
             */
            records?: number | null;
            /** @description `none`, `running` (it is being made), `done` (it is there), `failed` (some of it may be there) or `undoing` (it is being removed). */
            status: string;
        };
        /** @description A chart over a result: names of its columns. */
        SavedChartBody: {
            /** @description How it is drawn. */
            kind: components["schemas"]["SavedChartKind"];
            /** @description The column along the axis. */
            x?: string | null;
            /** @description The columns that are drawn. */
            y?: string[];
        };
        /**
         * @description How a result is drawn.
         * @enum {string}
         */
        SavedChartKind: "none" | "line" | "bar" | "area" | "pie";
        /** @description A parameter of a saved report. */
        SavedParameterBody: {
            default?: string | number | null;
            /** @description What people call it. */
            label?: string | null;
            /** @description What the statement calls it, without `$`. */
            name: string;
            /** @description What it is. */
            type: components["schemas"]["SavedParameterType"];
        };
        /**
         * @description What a parameter is.
         * @enum {string}
         */
        SavedParameterType: "text" | "number" | "date" | "timestamp";
        /** @description A report of somebody's own. */
        SavedReportBody: {
            chart?: components["schemas"]["SavedChartBody"] | null;
            /**
             * Format: date-time
             * @description When it was saved.
             */
            created_at: string;
            /** @description What it tells. */
            description?: string | null;
            /** @description Its identity. */
            id: string;
            /** @description Whether it is the caller's. */
            mine: boolean;
            /** @description What people call it. */
            name: string;
            owner?: components["schemas"]["PersonBody"] | null;
            /** @description What it takes, `from` and `to` among them where the statement uses them. */
            parameters: components["schemas"]["SavedParameterBody"][];
            /** @description Whether everybody in the workspace sees it. */
            shared: boolean;
            /** @description The statement. */
            sql: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description A page of saved reports. */
        SavedReportList: {
            /** @description The oldest first. */
            items: components["schemas"]["SavedReportBody"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description A change of a saved report: an absent field stays, null clears it.
         * @example {
         *       "shared": true
         *     }
         */
        SavedReportPatchBody: {
            chart?: components["schemas"]["SavedChartBody"] | null;
            /** @description What it tells. */
            description?: string | null;
            /** @description What people call it. */
            name?: string | null;
            /** @description What it takes, as a whole. */
            parameters?: components["schemas"]["SavedParameterBody"][] | null;
            /** @description Whether everybody in the workspace sees it. */
            shared?: boolean | null;
            /** @description One read-only statement. */
            sql?: string | null;
        };
        /**
         * @description One permission.
         * @enum {string}
         */
        Scope: "ingest" | "read" | "sql" | "assistant";
        /**
         * @description The rules of a workspace.
         * @example {
         *       "default": false,
         *       "look_back_months": 24,
         *       "rules": [
         *         {
         *           "f": [
         *             1,
         *             5
         *           ],
         *           "fm": [
         *             1,
         *             5
         *           ],
         *           "m": [
         *             5,
         *             5
         *           ],
         *           "r": [
         *             4,
         *             5
         *           ],
         *           "segment": "best"
         *         },
         *         {
         *           "f": [
         *             1,
         *             5
         *           ],
         *           "fm": [
         *             1,
         *             5
         *           ],
         *           "m": [
         *             1,
         *             5
         *           ],
         *           "r": [
         *             1,
         *             5
         *           ],
         *           "segment": "rest"
         *         }
         *       ]
         *     }
         */
        SegmentRulesBody: {
            /**
             * @description Whether all of it is as every workspace begins. By the default rules fewer than 50 customers with an order are not ranked: their
             *     segments are the words of the lifecycle.
             */
            default: boolean;
            /**
             * Format: int32
             * @description Orders of so many months before the moment of looking count for the scores. Whoever has none in them has no segment, and the
             *     lifecycle `lost`. Null: the whole history counts.
             */
            look_back_months?: number | null;
            /** @description In the order in which they are tried: a customer is in the segment of the first that holds. */
            rules: components["schemas"]["RuleBody"][];
        };
        /** @description A session as its person's list shows it. */
        Session: {
            /** @description The address from where it began. */
            address?: string | null;
            /**
             * Format: date-time
             * @description When it began.
             */
            created_at: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
            /**
             * Format: date-time
             * @description When it ends by itself.
             */
            expires_at: string;
            /** @description Identity, for ending it. */
            id: string;
            /**
             * Format: date-time
             * @description When it was last used, up to a minute behind.
             */
            last_seen_at?: string | null;
            /** @description What the browser called itself. */
            user_agent?: string | null;
            /** @description The workspace it is in. */
            workspace: string;
        };
        /** @description Sessions, the newest first. */
        SessionList: {
            items: components["schemas"]["Session"][];
            /** @description Always null: all of them are in one page. */
            next_cursor?: string | null;
        };
        /** @description A half-open period. */
        SpanBody: {
            /** @description RFC 3339 in the workspace's zone. */
            from: string;
            /** @description RFC 3339 in the workspace's zone; not part of it. */
            to: string;
        };
        /**
         * @description A question in SQL.
         * @example {
         *       "limit": 100,
         *       "params": [
         *         "RUB"
         *       ],
         *       "sql": "SELECT channel, SUM(amount) AS revenue FROM purchases WHERE currency = $1 GROUP BY channel"
         *     }
         */
        SqlBody: {
            /** @description Rows at most; over it the answer is cut and says so. Without it, the server's own bound. */
            limit?: number | null;
            params?: components["schemas"]["SqlParams"] | null;
            /** @description One read-only statement over `customers`, `purchases` and `interactions`. */
            sql: string;
        };
        /** @description Values of a statement's placeholders: of `$1`, `$2`, … in an array, of `$name` in an object. */
        SqlParams: unknown[] | {
            [key: string]: unknown;
        };
        /**
         * @description Why a key that is not revoked opens nothing.
         * @enum {string}
         */
        Stopped: "maker_gone" | "expired";
        /** @description An interaction as it is stored. */
        StoredInteraction: components["schemas"]["InteractionBody"] & {
            /** @description With whom. */
            customer_id?: string | null;
        };
        /** @description A purchase as it is stored. */
        StoredPurchase: components["schemas"]["PurchaseBody"] & {
            /** @description Who bought; null for a guest. */
            customer_id?: string | null;
        };
        /** @description A customer of a recommendation. */
        TargetBody: {
            /** @description The app's own id. */
            customer_id: string;
            /** @description Not to be contacted, so that the others can be compared with somebody; false until it is a task. */
            held_out: boolean;
            /** @description The name. */
            name?: string | null;
        };
        /**
         * @description A task.
         * @example {
         *       "assignee": {
         *         "name": "Olga",
         *         "user_id": "019"
         *       },
         *       "completed_at": null,
         *       "created_at": "2026-05-28T09:00:00Z",
         *       "created_by": {
         *         "name": "Anna",
         *         "user_id": "018"
         *       },
         *       "customer_id": "17850",
         *       "due_at": "2026-06-01T20:59:59Z",
         *       "id": "5f0c6d1c9a8e4b7f8a1b2c3d4e5f6a7b",
         *       "note": null,
         *       "overdue": false,
         *       "recommendation_id": null,
         *       "remind_at": null,
         *       "status": "open",
         *       "title": "Call about the delivery",
         *       "updated_at": "2026-05-28T09:00:00Z"
         *     }
         */
        TaskBody: {
            assignee?: components["schemas"]["PersonBody"] | null;
            /**
             * Format: date-time
             * @description When it was done.
             */
            completed_at?: string | null;
            /**
             * Format: date-time
             * @description When it was written down.
             */
            created_at: string;
            created_by?: components["schemas"]["PersonBody"] | null;
            /** @description Whom it is about. */
            customer_id?: string | null;
            /** @description Whether that customer wants to be left alone; null where it was not looked up. */
            do_not_contact?: boolean | null;
            /**
             * Format: date-time
             * @description By when.
             */
            due_at?: string | null;
            /** @description Its identity. */
            id: string;
            /** @description More of it. */
            note?: string | null;
            /** @description Whether it is open and its time is over. */
            overdue: boolean;
            /** @description The accepted recommendation that it is. */
            recommendation_id?: string | null;
            /**
             * Format: date-time
             * @description When to remind of it.
             */
            remind_at?: string | null;
            /** @description Where it stands. */
            status: components["schemas"]["TaskStatus"];
            /** @description What to do; a dash where it named a customer who was erased. */
            title: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description A page of tasks. */
        TaskList: {
            /** @description Those due first first; those that are never due last. */
            items: components["schemas"]["TaskBody"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description A change of a task: an absent field stays, null clears it.
         * @example {
         *       "status": "done"
         *     }
         */
        TaskPatchBody: {
            /** @description Who is to do it: a member of the workspace. */
            assignee_id?: string | null;
            /** @description Whom it is about. */
            customer_id?: string | null;
            /** @description By when: RFC 3339, or a date, which means the end of that day in the workspace's zone. */
            due_at?: string | null;
            /** @description More of it. */
            note?: string | null;
            /** @description When to remind of it: RFC 3339, or a date: midnight in the workspace's zone. */
            remind_at?: string | null;
            status?: components["schemas"]["TaskStatus"] | null;
            /** @description What to do. */
            title?: string | null;
        };
        /**
         * @description Where a task stands.
         * @enum {string}
         */
        TaskStatus: "open" | "done" | "cancelled";
        /**
         * @description What Telegram calls the bot.
         * @example {
         *       "username": "kupets_bot"
         *     }
         */
        TelegramBotName: {
            /** @description With or without `@`. */
            username: string;
        };
        /**
         * @description Whom a Telegram account acts as from now on.
         * @example {
         *       "credential": "kt_3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3x",
         *       "link_id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01",
         *       "role": "manager",
         *       "user": {
         *         "id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a02",
         *         "locale": "ru",
         *         "name": "Anna"
         *       },
         *       "workspace": {
         *         "currency": "RUB",
         *         "id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a03",
         *         "locale": "ru",
         *         "name": "Tea shop",
         *         "time_zone": "Europe/Moscow"
         *       }
         *     }
         */
        TelegramCredential: {
            /** @description Send it as `Authorization: Bearer kt_...`. It is shown here and never again. */
            credential: string;
            /** @description Identity of the link. */
            link_id: string;
            /**
             * @description Each may what the ones before it may: viewer, analyst, manager, admin, owner.
             * @enum {string}
             */
            role: "viewer" | "analyst" | "manager" | "admin" | "owner";
            /** @description The person. */
            user: components["schemas"]["LinkedUser"];
            /** @description The workspace that it opens. */
            workspace: components["schemas"]["LinkedWorkspace"];
        };
        /**
         * @description A way to the bot that links the Telegram account which takes it.
         * @example {
         *       "expires_at": "2026-05-01T08:10:00Z",
         *       "token": "3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3",
         *       "url": "https://t.me/kupets_bot?start=3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3"
         *     }
         */
        TelegramInvitation: {
            /**
             * Format: date-time
             * @description From when on it does nothing: ten minutes from now.
             */
            expires_at: string;
            /** @description What the bot hands back. It works once. */
            token: string;
            /** @description Opens the bot with the token; show it as a button and as a QR code. */
            url: string;
        };
        /**
         * @description A Telegram account that acts as the person who asks.
         * @example {
         *       "id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01",
         *       "last_seen_at": "2026-05-02T09:30:00Z",
         *       "linked_at": "2026-05-01T08:00:00Z",
         *       "telegram_name": "Anna",
         *       "telegram_user_id": 123456789,
         *       "workspace": "Tea shop"
         *     }
         */
        TelegramLink: {
            /** @description Identity, for ending it. */
            id: string;
            /**
             * Format: date-time
             * @description When it was last used, up to a minute behind.
             */
            last_seen_at?: string | null;
            /**
             * Format: date-time
             * @description Since when.
             */
            linked_at: string;
            /** @description What the account is called there. */
            telegram_name?: string | null;
            /**
             * Format: int64
             * @description The account's number at Telegram.
             */
            telegram_user_id: number;
            /** @description The workspace it opens. */
            workspace: string;
        };
        /** @description Links, the newest first. */
        TelegramLinkList: {
            items: components["schemas"]["TelegramLink"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description A message to be sent.
         * @example {
         *       "attempt": 1,
         *       "chat_id": 123456789,
         *       "created_at": "2026-05-29T06:00:02Z",
         *       "delivery_id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a02",
         *       "id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01",
         *       "leased_until": "2026-05-29T06:01:02Z",
         *       "locale": "ru",
         *       "text": "Показатели\n• Выручка: 12 300 RUB (+5,2 %, было 11 700 RUB)",
         *       "title": "Tea shop: 28 мая 2026",
         *       "workspace_id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a03"
         *     }
         */
        TelegramMessage: {
            /**
             * Format: int64
             * @description How many times it was given, this one included.
             */
            attempt: number;
            /**
             * Format: int64
             * @description The private chat.
             */
            chat_id: number;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description The delivery that it belongs to; empty: it reminds of a task. */
            delivery_id: string;
            /** @description Identity: the same each time it is given. */
            id: string;
            /**
             * Format: date-time
             * @description Until when nobody else gets it.
             */
            leased_until: string;
            /** @description `en` or `ru`. */
            locale: string;
            /** @description The rest, in plain words: escape it. */
            text: string;
            /** @description Its first line, in plain words. */
            title: string;
            /** @description Whose figures they are. */
            workspace_id: string;
        };
        /** @description Messages, the oldest first. */
        TelegramMessageList: {
            items: components["schemas"]["TelegramMessage"][];
            /** @description Always null: ask again. */
            next_cursor?: string | null;
        };
        /**
         * @description What became of a message.
         * @example {
         *       "status": "sent"
         *     }
         */
        TelegramMessageOutcome: {
            /** @description Why it did not arrive. */
            reason?: string | null;
            /**
             * Format: int64
             * @description Of `later`: seconds to wait, 1 to 3600; 30 unless given.
             */
            retry_after?: number | null;
            /** @description What. */
            status: components["schemas"]["MessageStatus"];
        };
        /**
         * @description A token and the Telegram account that brought it.
         * @example {
         *       "locale": "ru",
         *       "telegram_name": "Anna",
         *       "telegram_user_id": 123456789,
         *       "token": "3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3"
         *     }
         */
        TelegramRedeem: {
            /** @description Its language there. */
            locale?: string | null;
            /** @description What the account is called there. */
            telegram_name?: string | null;
            /**
             * Format: int64
             * @description The number of the account at Telegram.
             */
            telegram_user_id: number;
            /** @description The token of the link. */
            token: string;
        };
        /** @description A text in both languages. */
        TextInBothLanguages: {
            /** @description In English. */
            en: string;
            /** @description In Russian. */
            ru: string;
        };
        /** @description What happened with a customer, the latest first. */
        TimelineBody: {
            items: components["schemas"]["EventBody"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /** @description The change as a whole. */
        TotalBody: {
            /**
             * Format: decimal
             * @description In the later period.
             */
            after: number;
            /**
             * Format: decimal
             * @description In the earlier period.
             */
            before: number;
            /**
             * Format: decimal
             * @description The one less the other.
             */
            change: number;
            /** @description The metric. */
            metric: string;
            /** @description What one of it is: a currency code, orders, units, customers, ratio. */
            unit: string;
        };
        /** @description Two periods compared. */
        TrendsBody: {
            calendar?: components["schemas"]["ChangePartBody"] | null;
            /** @description The earlier period. */
            compared_with: components["schemas"]["SpanBody"];
            /**
             * @description What did otherwise than the whole, led by the likeliest cause and by one that went along with the whole, then levels that
             *     began and days out of line; in an explanation the keys of each dimension, with the rest as `other` at the end.
             */
            findings: components["schemas"]["FindingBody"][];
            /** @description RFC 3339: the first moment of the later period. */
            from: string;
            /**
             * @description The change in a few sentences: by how much, what the calendar and the season explain of it, what is news. Null in an
             *     explanation by dimension, and where neither period has anything.
             */
            headline?: string | null;
            /**
             * Format: decimal
             * @description The change without the parts of the calendar and of the season; null without the former.
             */
            news?: number | null;
            /** @description What could not be looked at, and why. */
            notes: string[];
            season?: components["schemas"]["ChangePartBody"] | null;
            /** @description The version of the data. */
            snapshot: string;
            /** @description RFC 3339: the first moment after it. */
            to: string;
            /** @description The change as a whole. */
            total: components["schemas"]["TotalBody"];
            tree?: components["schemas"]["ChangeTreeBody"] | null;
        };
        /** @description A method that was tried on the past. */
        TriedMethodBody: components["schemas"]["ErrorsBody"] & {
            /** @description combination, dotm, dotm_log, ces, ets, airline, seasonal_naive, naive, croston_sba or tsb. */
            name: string;
            /**
             * Format: double
             * @description Its own share in the forecast, 0 to 1. The combination, whose members stand beside it, has none.
             */
            weight: number;
        };
        /** @description A person. */
        User: {
            /**
             * Format: date-time
             * @description When the account was made.
             */
            created_at: string;
            /** @description Address, lower-case. */
            email: string;
            /** @description Identity. */
            id: string;
            /** @description `en` or `ru`. */
            locale: string;
            /** @description Full name. */
            name: string;
        };
        /** @description A verified question. */
        VerifiedQuestionBody: {
            /**
             * Format: date-time
             * @description When it was written down.
             */
            created_at: string;
            /** @description The account that wrote it down; null when it is gone. */
            created_by?: string | null;
            expected?: components["schemas"]["ExpectedRows"] | null;
            /** @description Its identity. */
            id: string;
            /** @description What people call it. */
            name: string;
            plan?: components["schemas"]["Interpretation"] | null;
            /** @description The question. */
            question: string;
            /** @description The statement that answers it. */
            sql?: string | null;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description A view. */
        ViewBody: {
            /** @description Names of columns; null: those of the page. */
            columns?: string[] | null;
            /**
             * Format: date-time
             * @description When it was saved.
             */
            created_at: string;
            /** @description Its identity. */
            id: string;
            /** @description Whether it is the caller's. */
            mine: boolean;
            /** @description What people call it. */
            name: string;
            owner?: components["schemas"]["PersonBody"] | null;
            /** @description Of which page. */
            page: components["schemas"]["ViewPage"];
            /** @description The search part of the page's address. */
            query: string;
            /** @description Whether everybody in the workspace sees it. */
            shared: boolean;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description A page of views. */
        ViewList: {
            /** @description The oldest first. */
            items: components["schemas"]["ViewBody"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description A page of the web UI.
         * @enum {string}
         */
        ViewPage: "overview" | "dashboards" | "customers" | "reports" | "trends" | "forecast" | "sql" | "tasks";
        /**
         * @description A change of a view: an absent field stays, null clears it.
         * @example {
         *       "shared": true
         *     }
         */
        ViewPatchBody: {
            /** @description Names of columns. */
            columns?: string[] | null;
            /** @description What people call it. */
            name?: string | null;
            page?: components["schemas"]["ViewPage"] | null;
            /** @description The search part of the page's address, without `?`. */
            query?: string | null;
            /** @description Whether everybody in the workspace sees it. */
            shared?: boolean | null;
        };
        /**
         * @description A webhook.
         * @example {
         *       "active": true,
         *       "created_at": "2026-05-01T08:00:00Z",
         *       "events": [
         *         "purchase.created"
         *       ],
         *       "failures": 0,
         *       "id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01",
         *       "last_delivery_at": "2026-05-01T09:00:00Z",
         *       "last_status": 200,
         *       "paused_at": null,
         *       "url": "https://example.com/hooks/kupets"
         *     }
         */
        Webhook: {
            /** @description Whether it is told. */
            active: boolean;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description What is told. */
            events: components["schemas"]["WebhookEvent"][];
            /**
             * Format: int64
             * @description Failures in a row.
             */
            failures: number;
            /** @description Identity. */
            id: string;
            /**
             * Format: date-time
             * @description When it was last tried.
             */
            last_delivery_at?: string | null;
            /**
             * Format: int64
             * @description The status that it answered last; null when it did not answer.
             */
            last_status?: number | null;
            /**
             * Format: date-time
             * @description When it was given up, because it had failed for three days or wanted no more.
             */
            paused_at?: string | null;
            /** @description What messages are signed with. Shown when it is made, and never again. */
            secret?: string | null;
            /** @description Where messages go. */
            url: string;
        };
        /**
         * @description An attempt to deliver a message.
         * @example {
         *       "at": "2026-05-01T09:00:00Z",
         *       "attempt": 2,
         *       "error": null,
         *       "event": "purchase.created",
         *       "event_id": "b6b0c7a1d1f24b1d9d5f5c8d0a3e7f11",
         *       "id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01",
         *       "outcome": "delivered",
         *       "status": 204,
         *       "took_ms": 83
         *     }
         */
        WebhookDelivery: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /**
             * Format: int64
             * @description From 1.
             */
            attempt: number;
            /** @description Why it failed. */
            error?: string | null;
            /** @description What it tells. */
            event: string;
            /** @description The message, as its header `webhook-id` names it: the same at each attempt. */
            event_id: string;
            /** @description Identity. */
            id: string;
            /** @description `delivered`, `retrying` or `failed`. */
            outcome: string;
            /**
             * Format: int64
             * @description The status of the answer; null: there was none.
             */
            status?: number | null;
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            took_ms: number;
        };
        /** @description Attempts, the latest first. */
        WebhookDeliveryList: {
            items: components["schemas"]["WebhookDelivery"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description Something that a webhook is told.
         * @enum {string}
         */
        WebhookEvent: "customer.created" | "customer.updated" | "customer.erased" | "purchase.created" | "finding" | "task.created" | "task.updated" | "task.reminder";
        /** @description Webhooks, the oldest first. */
        WebhookList: {
            items: components["schemas"]["Webhook"][];
            /** @description Where the next page begins; null at the end. */
            next_cursor?: string | null;
        };
        /**
         * @description What changes in a webhook; what is not sent stays.
         * @example {
         *       "active": true
         *     }
         */
        WebhookPatch: {
            /** @description Whether it is told; `true` begins anew after it was given up. */
            active?: boolean | null;
            /** @description What is told. */
            events?: components["schemas"]["WebhookEvent"][] | null;
            /** @description Whether it gets another secret, which the answer shows once. Messages are signed with it from then on. */
            rotate_secret?: boolean;
            /** @description Where messages go. */
            url?: string | null;
        };
        /**
         * @description A message that was sent to try a webhook.
         * @example {
         *       "event_id": "b6b0c7a1d1f24b1d9d5f5c8d0a3e7f11"
         *     }
         */
        WebhookTest: {
            /** @description The message: `/v1/webhooks/{id}/deliveries` tells what became of it. */
            event_id: string;
        };
        /** @description A workspace as its people see it. */
        Workspace: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description ISO 4217 code of records and figures without another one. */
            currency: string;
            /**
             * Format: date-time
             * @description When it is deleted with everything in it; absent: it stays.
             */
            delete_at?: string | null;
            /**
             * @description What becomes of records of erased customers that are of before the erasure, or have no time: `refuse` (422 `erased_customer`),
             *     `guest` (purchases are a guest's, what else there is of them is refused) or `anew` (of a customer who begins anew).
             */
            erased_records: components["schemas"]["ErasedRecords"];
            /** @description Days on which it is closed or sells otherwise, in order: forecasts go by them. */
            holidays: components["schemas"]["Holiday"][];
            /** @description Identity. */
            id: string;
            /** @description `en` or `ru`. */
            locale: string;
            /** @description What people call it. */
            name: string;
            /** @description How long records are kept. */
            retention: components["schemas"]["Retention"];
            /** @description The zone in which days, weeks and months begin. */
            time_zone: string;
        };
        /** @description Workspaces, the one in which the person has been for longest first. */
        WorkspaceList: {
            items: components["schemas"]["Membership"][];
            /** @description Always null: all of them are in one page. */
            next_cursor?: string | null;
        };
        /**
         * @description What changes in a workspace; what is not sent stays.
         * @example {
         *       "name": "Shop",
         *       "time_zone": "Europe/Berlin"
         *     }
         */
        WorkspacePatch: {
            /**
             * @description ISO 4217 code. Records keep the currency that they came with; figures that ask for no currency are of this one from the next
             *     request on, and so are records sent without one.
             */
            currency?: string | null;
            /** @description `null`: a deletion that has begun is undone. For owners. No other value may be sent. */
            delete_at?: string | null;
            /**
             * @description What becomes of records of erased customers that are of before the erasure, or have no time: `refuse` (422 `erased_customer`),
             *     `guest` (purchases are stored as a guest's, customers and interactions are refused; what a workspace begins with) or `anew`
             *     (they are of a customer who begins anew). Later ones are always of a person who came back.
             */
            erased_records?: ("refuse" | "guest" | "anew") | null;
            /** @description Days on which the shop is closed or sells otherwise, all of them: forecasts go by them from the next request on. */
            holidays?: components["schemas"]["Holiday"][] | null;
            /** @description `en` or `ru`: the language of what the workspace is told by default. */
            locale?: string | null;
            /** @description What people call it. */
            name?: string | null;
            retention?: components["schemas"]["Retention"] | null;
            /**
             * @description IANA zone. From the next request on days, weeks and months begin by it in all answers, those about the past too; records keep
             *     the moments they have.
             */
            time_zone?: string | null;
        };
        /** @description A wrong field. */
        WrongField: {
            /** @description Path of the field in the record, for example `items[2].quantity`; empty for the record as a whole. */
            field: string;
            /** @description Position of the record in the request, from 0. */
            index: number;
            /** @description What is wrong and what would be right. */
            message: string;
        };
    };
    responses: {
        /** @description The request cannot be read; `detail` says where. */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No API key or session, or one that does not work. */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The key lacks the scope, the role does not suffice, a person is needed, or the call came from another origin's page. */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No such thing in this workspace. */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is over a limit. */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A content type or encoding that is not read here. */
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Fields are wrong (`errors` names each), or a query ran into its limits. */
        Problem422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too often, or under pressure: come back after `Retry-After` seconds. */
        Problem429: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A fault of ours; the log has it under `X-Request-Id`. */
        Problem500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A part that is needed does not work now; nothing was stored. Come back after `Retry-After` seconds. */
        Problem503: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `ok` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description They are at an address of their own. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `ready` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_api_keys: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKeyBody"];
            };
        };
        responses: {
            /** @description The key. Keep it: it is not shown again. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    revoke_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the key. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    check_verified_questions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckBody"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_conversations: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    get_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    ask_assistant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageBody"];
            };
        };
        responses: {
            /** @description The answer, as events or as one object. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                    "text/event-stream": components["schemas"]["AnswerEvent"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    get_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The message, as `message_id` of its answer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationMessage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    give_feedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The message, as `message_id` of its answer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedbackBody"];
            };
        };
        responses: {
            /** @description It is noted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    rows_behind_answer: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /**
                 * @description Only what is behind the row with that key, as the result has it; empty: the row of records without one. A row with several
                 *     keys is named by a JSON array of them in the order of the columns: `["web", "2026-04-01"]`.
                 */
                key?: string;
                /** @description What is behind the figures of the period that is compared with. */
                before?: boolean;
            };
            header?: never;
            path: {
                /** @description The message, as `message_id` of its answer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerRows"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_verified_questions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuestionList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    verify_question: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewVerifiedQuestion"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifiedQuestionBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_verified_question: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The question. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    assistant_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssistantSettings"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    set_up_assistant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssistantPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssistantSettings"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    audit: {
        parameters: {
            query?: {
                /** @description Only this action, for example `role_changed`. */
                action?: string;
                /** @description Entries at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Logged in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            400: components["responses"]["Problem400"];
            /** @description The address or the password is wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The invite does not do, or the person is in no workspace. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Logged out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            /** @description Changed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Register"];
            };
        };
        responses: {
            /** @description The account is made and logged in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            400: components["responses"]["Problem400"];
            /** @description Not without an invite, or not with this one, or not at all. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The e-mail address has an account. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    ask_password_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AskReset"];
            };
        };
        responses: {
            /** @description If there is such an account and mail can be sent, a link is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The last part of the link. */
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPassword"];
            };
        };
        responses: {
            /** @description Set. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    connection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionBody"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    customer_duplicates: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DuplicatesList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_customers: {
        parameters: {
            query?: {
                /**
                 * @description Looked for in name, e-mail, phone and id, in any spelling: capitals, accents, `е` and `ё`, telephone numbers with or without country
                 *     and trunk prefix.
                 */
                search?: string;
                /** @description A segment of the report `rfm_segments`; `/v1/segments/rules` tells which there are. */
                segment?: string;
                /**
                 * @description Conditions joined by `;`, all of which must hold: `revenue>=1000;attributes.city=Kazan;tags=vip`. Of conditions
                 *     joined by `|` between parentheses one must hold: `(tags=vip|revenue>=1000);orders>2`. Comparisons: `=`, `!=`, `<`,
                 *     `<=`, `>`, `>=`, and `~` (contains). Names, e-mail addresses, telephone numbers and attributes are equal in any spelling. `consent=email`
                 *     are those who agreed to that channel, by what was said last. A value with `;`, `|` or a parenthesis in it is written in double quotes.
                 * @example revenue>=1000;tags=vip
                 */
                filter?: string;
                /**
                 * @description A field or figure; `-revenue` sorts from the greatest down.
                 * @example -revenue
                 */
                sort?: string;
                /** @description ISO 4217 code of the figures; the workspace's unless sent. */
                currency?: string;
                /** @description Customers at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    send_customers: {
        parameters: {
            query?: {
                /**
                 * @description What to do with a bad record: `refuse` the whole request (422 lists every bad record; what happens without it), or
                 *     `skip` it, store the others and list it in `rejected`.
                 */
                on_error?: "refuse" | "skip";
            };
            header?: {
                /** @description For records without an id: the same key gives the same ids, so that a repeated request stores nothing twice; another body under a key of the last day (a setting, `idempotency_hours`) is 422 `idempotency_key_reused`. 1 to 255 ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomersBody"];
                "application/x-ndjson": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    customer: {
        parameters: {
            query?: {
                /** @description ISO 4217 code of the figures; the workspace's unless sent. */
                currency?: string;
                /** @description Language of the reasons: en or ru. */
                locale?: "en" | "ru";
            };
            header?: never;
            path: {
                /** @description The app's own id of the customer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CardBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    erase_customer: {
        parameters: {
            query?: {
                /** @description Keep the purchases as a guest's, so that totals stay as they were. Default false. */
                keep_totals?: boolean;
            };
            header?: never;
            path: {
                /** @description The app's own id of the customer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone from every answer; files follow. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    edit_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app's own id of the customer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerPatchBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CardBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    export_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app's own id of the customer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerExportBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    merged_customers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app's own id of the customer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MergedList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    merge_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app's own id of the customer who is merged. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MergedBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    undo_customer_merge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app's own id of the customer who was merged. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Both are there. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_notes: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The app's own id of the customer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoteList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    write_note: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app's own id of the customer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewNoteBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoteBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    customer_offers: {
        parameters: {
            query?: {
                /** @description Offers of each kind at most, 1 to 100; 10 unless sent. */
                limit?: number;
                /** @description Language of the reasons: en or ru. */
                locale?: "en" | "ru";
            };
            header?: never;
            path: {
                /** @description The app's own id of the customer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OffersBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    customer_timeline: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The app's own id of the customer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_dashboards: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_dashboard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDashboardBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    get_dashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dashboard. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_dashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dashboard. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    edit_dashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dashboard. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DashboardPatchBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_deliveries: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDelivery"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description No Telegram account is linked, or the server sends no mail; `detail` says what to do. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the delivery. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    change_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the delivery. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_delivery_runs: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Identity of the delivery. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryRunList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listen: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last event that was seen. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, for as long as the client listens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["ChangeEvent"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_exports: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewExport"];
            };
        };
        responses: {
            /** @description It will be made; `/v1/events` tells when it is. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    get_export: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the export. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_export: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the export. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has stopped, or is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    download_export: {
        parameters: {
            query?: never;
            header?: {
                /** @description One range of bytes, for example `bytes=1000-`. */
                Range?: string;
            };
            path: {
                /** @description Identity of the export. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description The part. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description There is no file yet, or it failed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The file is shorter. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    forecast: {
        parameters: {
            query?: {
                /** @description What is looked at; revenue unless sent. */
                metric?: "revenue" | "gross" | "refunds" | "orders" | "units" | "customers" | "average_order" | "new_customers" | "repeat_rate";
                /** @description Length of a period; month unless sent. */
                grain?: "day" | "week" | "month";
                /** @description Periods ahead; 6 unless sent. */
                horizon?: number;
                /** @description Only lines of this product. */
                product_id?: string;
                /** @description Only lines of this category. */
                category?: string;
                /** @description Only purchases of this channel. */
                channel?: string;
                /** @description Only purchases of the customers who are in this segment of rfm_segments; /v1/segments/rules tells which there are. */
                segment?: string;
                /** @description ISO 4217; the workspace's unless sent. */
                currency?: string;
                /** @description Forecast as if it were that day: RFC 3339, or a date: midnight in the workspace's zone. */
                as_of?: string;
                /**
                 * @description Dates that are not like their weekday, past and future; those of the workspace unless sent.
                 * @example [
                 *       "2026-01-01",
                 *       "2026-05-09"
                 *     ]
                 */
                holidays?: string[];
                /** @description Language of the notes; en unless sent. */
                locale?: "en" | "ru";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForecastBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_imports: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    send_import: {
        parameters: {
            query?: {
                /**
                 * @description What the file is called; of a form, the name that stands there unless sent. Records without an id get one made of it and their
                 *     row: a file that is sent again under its name replaces them.
                 * @example orders_export.csv
                 */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
                "multipart/form-data": components["schemas"]["ImportForm"];
            };
        };
        responses: {
            /** @description It is here and waits to be looked at; `/v1/events` tells when it was. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description There is no room for it: the workspace's files are too many or too large. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    get_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the import. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the import. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is being undone. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    change_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the import. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportSettings"];
            };
        };
        responses: {
            /** @description It waits to be looked at again. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description It runs, or has run, or its file is gone. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    import_errors: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Identity of the import. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportFaultList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    run_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the import. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It runs. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description It was not looked at yet, its mapping does not fit, or it has run. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_interactions: {
        parameters: {
            query?: {
                /** @description Of this customer alone. */
                customer_id?: string;
                /**
                 * @description Not before: RFC 3339, or a date, which is midnight in the workspace's zone.
                 * @example 2026-01-01
                 */
                from?: string;
                /** @description Before: RFC 3339, or a date. */
                to?: string;
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InteractionList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    send_interactions: {
        parameters: {
            query?: {
                /**
                 * @description What to do with a bad record: `refuse` the whole request (422 lists every bad record; what happens without it), or
                 *     `skip` it, store the others and list it in `rejected`.
                 */
                on_error?: "refuse" | "skip";
            };
            header?: {
                /** @description For records without an id: the same key gives the same ids, so that a repeated request stores nothing twice; another body under a key of the last day (a setting, `idempotency_hours`) is 422 `idempotency_key_reused`. 1 to 255 ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InteractionsBody"];
                "application/x-ndjson": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    interaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the interaction. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredInteraction"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_interaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the interaction. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_invites: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InviteList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_invite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInviteBody"];
            };
        };
        responses: {
            /** @description The invite. Keep the link: it is not shown again. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewInvite"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    revoke_invite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the invite. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It lets nobody in any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person and the workspace of this session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    change_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountChanged"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    confirm_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmEmail"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_members: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    remove_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the person. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone from this workspace. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    set_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the person. */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRole"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricCatalogue"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_note: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The note. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    edit_note: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The note. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotePatchBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoteBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_purchases: {
        parameters: {
            query?: {
                /** @description Of this customer alone. */
                customer_id?: string;
                /**
                 * @description Not before: RFC 3339, or a date, which is midnight in the workspace's zone.
                 * @example 2026-01-01
                 */
                from?: string;
                /** @description Before: RFC 3339, or a date. */
                to?: string;
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    send_purchases: {
        parameters: {
            query?: {
                /**
                 * @description What to do with a bad record: `refuse` the whole request (422 lists every bad record; what happens without it), or
                 *     `skip` it, store the others and list it in `rejected`.
                 */
                on_error?: "refuse" | "skip";
            };
            header?: {
                /** @description For records without an id: the same key gives the same ids, so that a repeated request stores nothing twice; another body under a key of the last day (a setting, `idempotency_hours`) is 422 `idempotency_key_reused`. 1 to 255 ASCII characters. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PurchasesBody"];
                "application/x-ndjson": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    purchase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the purchase. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredPurchase"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_purchase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the purchase. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    recommendations: {
        parameters: {
            query?: {
                /** @description Only this kind. */
                kind?: "at_risk_key_customer" | "win_back" | "second_purchase" | "reorder_due" | "cross_sell_bundle" | "stock_out" | "price_leak" | "promote_product" | "drop_product" | "best_contact_time";
                /** @description Only those about this customer. */
                customer_id?: string;
                /** @description Where they stand; `new,accepted` unless sent. */
                status?: ("new" | "accepted" | "dismissed" | "done")[];
                /** @description Items at most; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Customers listed of each; 50 unless sent. */
                customers?: number;
                /** @description Look for them as if it were that day: RFC 3339, or a date: midnight in the workspace's zone. */
                as_of?: string;
                /** @description Language of the sentences; en unless sent. */
                locale?: "en" | "ru";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecommendationsBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    decide_recommendation: {
        parameters: {
            query?: {
                /** @description Language of the sentences: en or ru. */
                locale?: "en" | "ru";
            };
            header?: never;
            path: {
                /** @description Identity of the recommendation. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecisionBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecommendationBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_reports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    run_report: {
        parameters: {
            query?: {
                /** @description Language of headings. */
                locale?: "en" | "ru";
                /** @description Rows at most; all if not sent. */
                limit?: number;
                /** @description ISO 4217 code of the currency of all figures; the workspace's if not sent. Of sales_summary, sales_over_time, top_products, top_customers, categories, channels, by_attribute, new_vs_returning, cohort_retention, rfm_segments, segment_movement, lifecycle, abc_xyz, purchase_hours, refunds, margin, basket_pairs, customer_value. */
                currency?: string;
                /** @description A period by name, in place of from and to; the last 7 and 30 days include today. */
                period?: "today" | "yesterday" | "last_7_days" | "last_30_days" | "last_7_whole_days" | "last_30_whole_days" | "this_month" | "last_month" | "month_to_date" | "this_quarter" | "last_quarter" | "quarter_to_date" | "this_year" | "last_year" | "year_to_date" | "all";
                /** @description End of the period, not part of it; the end of all data if not sent. */
                to?: string;
                /** @description Beginning of the period; the beginning of all data if not sent. */
                from?: string;
                /** @description Length of a period; weeks begin on Monday. Of sales_over_time, new_vs_returning, cohort_retention, refunds, margin. */
                grain?: "hour" | "day" | "week" | "month" | "quarter" | "year";
                /** @description Whose attribute: the purchase's, its customer's, or any: the purchase's, and the customer's where the purchase has none. Of by_attribute. */
                source?: "any" | "purchase" | "customer";
                /** @description Name of the attribute, for example city. Of by_attribute. */
                attribute?: string;
                /** @description classic counts who ordered in the period so many periods later, rolling who ordered in it or in any later one. Of cohort_retention. */
                mode?: "classic" | "rolling";
                /** @description rfm_segments: The moment to look back from; to or now if not sent. segment_movement: The later moment; to or now if not sent. lifecycle: The moment to look back from; to or now if not sent. customer_value: The moment to look ahead from; to or now if not sent. */
                as_of?: string;
                /** @description Days, of 24 hours, before the later moment at which the earlier segments are taken, unless from is sent. Of segment_movement. */
                days?: number;
                /** @description Variation below which they are Y. Of abc_xyz. */
                y_variation?: number;
                /** @description Variation below which products are X. Of abc_xyz. */
                x_variation?: number;
                /** @description Share of revenue up to which they are B. Of abc_xyz. */
                b_share?: number;
                /** @description Share of revenue up to which products are A. Of abc_xyz. */
                a_share?: number;
                /** @description Days after an interaction in which an order counts. Of interactions_summary. */
                window_days?: number;
                /** @description Least share of orders with the one that have the other too. Of basket_pairs. */
                min_confidence?: number;
                /** @description Least share of orders that have both. Of basket_pairs. */
                min_support?: number;
                /** @description Days ahead; if not sent 365, and for the risk of leaving those of the shop's own rhythm. Of customer_value. */
                horizon_days?: number;
                /** @description The format of the result; beats Accept. */
                format?: "json" | "csv" | "xlsx" | "arrow" | "parquet" | "ndjson";
                /** @description Whether CSV is made safe to open in a spreadsheet: texts that a spreadsheet would take for a formula get a `'` in front. true for people, false for API keys, unless sent; numbers, and the other formats, stay as they are. */
                csv_guard?: boolean;
            };
            header?: never;
            path: {
                /**
                 * @description Identity of the report.
                 * @example sales_over_time
                 */
                id: "sales_summary" | "sales_over_time" | "top_products" | "top_customers" | "categories" | "channels" | "by_attribute" | "new_vs_returning" | "cohort_retention" | "rfm_segments" | "segment_movement" | "lifecycle" | "abc_xyz" | "purchase_hours" | "refunds" | "margin" | "interactions_summary" | "basket_pairs" | "customer_value";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResultBody"];
                    "application/vnd.apache.arrow.stream": number[];
                    "application/vnd.apache.parquet": number[];
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    sample_data: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleData"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    fill_with_sample_data: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSampleData"];
            };
        };
        responses: {
            /** @description It is being made; `/v1/events` tells when it is. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleData"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description It is there already, or is being removed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    remove_sample_data: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is being removed, or there is none. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleData"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_saved_reports: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedReportList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    save_report: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSavedReportBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedReportBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    get_saved_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The report. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedReportBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_saved_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The report. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    edit_saved_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The report. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SavedReportPatchBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedReportBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    run_saved_report: {
        parameters: {
            query?: {
                /** @description Beginning of the period, where the statement uses `$from`; open unless sent: RFC 3339, or a date: midnight in the workspace's zone. */
                from?: string;
                /** @description End of the period, not part of it, where the statement uses `$to`; open unless sent: RFC 3339, or a date: midnight in the workspace's zone. */
                to?: string;
                /** @description A period by name, in place of from and to. */
                period?: "today" | "yesterday" | "last_7_days" | "last_30_days" | "last_7_whole_days" | "last_30_whole_days" | "this_month" | "last_month" | "month_to_date" | "this_quarter" | "last_quarter" | "quarter_to_date" | "this_year" | "last_year" | "year_to_date" | "all";
                /** @description Rows at most; over it the answer is cut and says so. */
                limit?: number;
                /** @description The format of the result; beats Accept. */
                format?: "json" | "csv" | "xlsx" | "arrow" | "parquet" | "ndjson";
                /** @description Whether CSV is made safe to open in a spreadsheet: texts that a spreadsheet would take for a formula get a `'` in front. true for people, false for API keys, unless sent; numbers, and the other formats, stay as they are. */
                csv_guard?: boolean;
            };
            header?: never;
            path: {
                /** @description The report. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResultBody"];
                    "application/vnd.apache.arrow.stream": number[];
                    "application/vnd.apache.parquet": number[];
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    segment_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRulesBody"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    set_segment_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSegmentRulesBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentRulesBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    reset_segment_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The default rules hold. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the session. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    sql: {
        parameters: {
            query?: {
                /** @description The format of the result; beats Accept. */
                format?: "json" | "csv" | "xlsx" | "arrow" | "parquet" | "ndjson";
                /** @description Whether CSV is made safe to open in a spreadsheet: texts that a spreadsheet would take for a formula get a `'` in front. true for people, false for API keys, unless sent; numbers, and the other formats, stay as they are. */
                csv_guard?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SqlBody"];
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResultBody"];
                    "application/vnd.apache.arrow.stream": number[];
                    "application/vnd.apache.parquet": number[];
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_tasks: {
        parameters: {
            query?: {
                /**
                 * @description open, done or cancelled, one or more with commas; all unless sent.
                 * @example open
                 */
                status?: string;
                /** @description Identity of the person who is to do it, `me`, or `none`: nobody. */
                assignee?: string;
                /** @description About that customer. */
                customer_id?: string;
                /** @description Of that recommendation. */
                recommendation_id?: string;
                /** @description Due before that time: RFC 3339, or a date: midnight in the workspace's zone. */
                due_before?: string;
                /** @description Due then or later: RFC 3339, or a date: midnight in the workspace's zone. */
                due_after?: string;
                /** @description Tasks at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_task: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTaskBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    get_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The task. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The task. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    edit_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The task. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskPatchBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    name_telegram_bot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TelegramBotName"];
            };
        };
        responses: {
            /** @description It is known. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    link_telegram: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The way to the bot. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TelegramInvitation"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description This server has no bot; `detail` names the setting that is missing. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_telegram_links: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TelegramLinkList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    end_telegram_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the link. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    take_telegram_messages: {
        parameters: {
            query?: {
                /** @description Messages at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description Seconds to wait where nothing is there yet, 0 to 60; 0 unless sent. It answers as soon as something is. */
                wait?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TelegramMessageList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    settle_telegram_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the message. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TelegramMessageOutcome"];
            };
        };
        responses: {
            /** @description It is noted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    redeem_telegram_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TelegramRedeem"];
            };
        };
        responses: {
            /** @description The credential. Keep it: it is not shown again. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TelegramCredential"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description The token was used, is over, or never was. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    unlink_telegram: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    trends: {
        parameters: {
            query?: {
                /** @description What is looked at; revenue unless sent. */
                metric?: "revenue" | "gross" | "refunds" | "orders" | "units" | "customers" | "average_order" | "new_customers" | "repeat_rate";
                /** @description Start of the later period, RFC 3339, or a date: midnight in the workspace's zone; the last month that has ended unless sent. */
                from?: string;
                /** @description Its end, exclusive. */
                to?: string;
                /** @description The period by name, in place of from and to; `all` has no period before it. */
                period?: "today" | "yesterday" | "last_7_days" | "last_30_days" | "last_7_whole_days" | "last_30_whole_days" | "this_month" | "last_month" | "month_to_date" | "this_quarter" | "last_quarter" | "quarter_to_date" | "this_year" | "last_year" | "year_to_date" | "all";
                /** @description Start of the earlier period, RFC 3339, or a date: midnight in the workspace's zone; unless sent, the calendar units before, or else as many days, of a running period the same elapsed part. */
                compare_from?: string;
                /** @description Its end, exclusive. */
                compare_to?: string;
                /** @description ISO 4217; the workspace's unless sent. */
                currency?: string;
                /** @description Findings at most; 7 unless sent. */
                limit?: number;
                /** @description Language of the sentences; en unless sent. */
                locale?: "en" | "ru";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrendsBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    explain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExplainBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrendsBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_views: {
        parameters: {
            query?: {
                /** @description Of that page alone. */
                page?: "overview" | "dashboards" | "customers" | "reports" | "trends" | "forecast" | "sql" | "tasks";
                /** @description Views at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    save_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewViewBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The view. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    edit_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The view. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewPatchBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewBody"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_webhooks: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description The webhook, with its secret. Keep it: it is not shown again. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    get_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the webhook. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the webhook. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    change_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the webhook. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_webhook_deliveries: {
        parameters: {
            query?: {
                /** @description Items at most, 1 to 500; 50 unless sent. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Identity of the webhook. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    test_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the webhook. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTest"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_workspaces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWorkspaceBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the workspace. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be deleted at `delete_at`. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    change_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the workspace. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspacePatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    switch_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identity of the workspace. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person and the workspace of this session now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
}
