// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-question.h"

#include <glib/gi18n-lib.h>
#include <openssl/crypto.h>
#include <string.h>

struct _GyPackageQuestion {
	gatomicrefcount references; /* the thread's and the person's */
	GMutex lock;
	GCond answered;
	gboolean is_answered;
	char *answer;
	char *what;
	char *uri;
	GyPackageAsk ask;
	gpointer data;
};

static void
clear_secret(char *secret)
{
	if (secret)
		OPENSSL_cleanse(secret, strlen(secret));
	g_free(secret);
}

static void
question_unref(GyPackageQuestion *question)
{
	if (!g_atomic_ref_count_dec(&question->references))
		return;
	clear_secret(question->answer);
	g_mutex_clear(&question->lock);
	g_cond_clear(&question->answered);
	g_free(question->what);
	g_free(question->uri);
	g_free(question);
}

const char *
gy_package_question_what(const GyPackageQuestion *question)
{
	return question->what;
}

const char *
gy_package_question_uri(const GyPackageQuestion *question)
{
	return question->uri;
}

static void
set_answer(GyPackageQuestion *question, const char *passphrase)
{
	g_mutex_lock(&question->lock);
	if (!question->is_answered) {
		question->answer = g_strdup(passphrase);
		question->is_answered = TRUE;
		g_cond_signal(&question->answered);
	}
	g_mutex_unlock(&question->lock);
}

void
gy_package_question_answer(GyPackageQuestion *question, const char *passphrase)
{
	set_answer(question, passphrase);
	question_unref(question);
}

static void
on_cancelled(GCancellable *cancellable, gpointer question)
{
	set_answer(question, NULL);
}

/* Nobody is asked what was cancelled meanwhile: who would answer may be gone. */
static gboolean
ask_person(gpointer data)
{
	GyPackageQuestion *question = data;
	gboolean is_answered;

	g_mutex_lock(&question->lock);
	is_answered = question->is_answered;
	g_mutex_unlock(&question->lock);
	if (is_answered)
		question_unref(question);
	else
		question->ask(question, question->data);
	return G_SOURCE_REMOVE;
}

static char *
wait_for_answer(GyPackageQuestion *question)
{
	char *answer;

	g_mutex_lock(&question->lock);
	while (!question->is_answered)
		g_cond_wait(&question->answered, &question->lock);
	answer = g_steal_pointer(&question->answer);
	g_mutex_unlock(&question->lock);
	return answer;
}

/* In the thread of the build. */
static char *
ask(const char *what, const char *uri, gpointer data, GError **error)
{
	GyPackageAsker *asker = data;
	GyPackageQuestion *question;
	gulong handler = 0;
	char *answer;

	if (!asker->ask || g_cancellable_is_cancelled(asker->cancellable)) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
			_("no passphrase was given for the %s key %s"), what, uri);
		return NULL;
	}
	question = g_new0(GyPackageQuestion, 1);
	g_atomic_ref_count_init(&question->references);
	g_atomic_ref_count_inc(&question->references);
	g_mutex_init(&question->lock);
	g_cond_init(&question->answered);
	question->what = g_strdup(what);
	question->uri = g_strdup(uri);
	question->ask = asker->ask;
	question->data = asker->data;
	if (asker->cancellable)
		handler = g_cancellable_connect(asker->cancellable, G_CALLBACK(on_cancelled), question, NULL);
	g_main_context_invoke(NULL, ask_person, question);
	answer = wait_for_answer(question);
	g_cancellable_disconnect(asker->cancellable, handler);
	if (!answer)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
			_("no passphrase was given for the %s key %s"), what, uri);
	question_unref(question);
	return answer;
}

void
gy_package_asker_init(GyPackageAsker *asker)
{
	asker->passphrase = (GyPassphrase){.ask = ask, .data = asker};
}
