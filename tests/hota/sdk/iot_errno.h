/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IOT_ERRNO_H
#define IOT_ERRNO_H

#define IOT_SUCCESS 0
#define IOT_FAILURE (-1)

#endif
