// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/keys/key.h"

/**
 * GyPackageQuestion: a passphrase that a build in a thread needs. The thread waits for the answer.
 * @what: names the key, such as "root"
 * @uri: where the key is
 */
typedef struct _GyPackageQuestion GyPackageQuestion;

/** GyPackageAsk: called on the main context; it answers now or later, and exactly once. */
typedef void (*GyPackageAsk)(GyPackageQuestion *question, gpointer data);

const char *gy_package_question_what(const GyPackageQuestion *question);
const char *gy_package_question_uri(const GyPackageQuestion *question);

/**
 * gy_package_question_answer:
 * @question: (transfer full)
 * @passphrase: (nullable): copied, and cleared after use; %NULL: the person gave up
 */
void gy_package_question_answer(GyPackageQuestion *question, const char *passphrase);

/**
 * GyPackageAsker: where a build gets its passphrases.
 * @ask: asks a person
 * @data: for @ask
 * @cancellable: (nullable): its end is an answer too
 * @passphrase: what the engine takes, once gy_package_asker_init() was called
 */
typedef struct {
	GyPackageAsk ask;
	gpointer data;
	GCancellable *cancellable;
	GyPassphrase passphrase;
} GyPackageAsker;

void gy_package_asker_init(GyPackageAsker *asker);
