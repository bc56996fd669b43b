/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOC_OSAL_H
#define SOC_OSAL_H

#define OSAL_SUCCESS 0

typedef struct {
	void *task;
} osal_task;

typedef struct {
	void *sem;
} osal_semaphore;

typedef int (*osal_kthread_handler)(void *data);

osal_task *osal_kthread_create(
	osal_kthread_handler handler, void *data, const char *name, unsigned int stack_size);
int osal_kthread_set_priority(osal_task *task, unsigned int priority);
void osal_kthread_lock(void);
void osal_kthread_unlock(void);
int osal_sem_binary_sem_init(osal_semaphore *sem, int val);
int osal_sem_down_timeout(osal_semaphore *sem, unsigned int timeout);
void osal_sem_up(osal_semaphore *sem);

#endif
