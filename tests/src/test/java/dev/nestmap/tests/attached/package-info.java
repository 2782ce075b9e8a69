/* SPDX-License-Identifier: Apache-2.0 */
/** Programs that are attached to the running kernel: to functions, hooks, tracepoints, sockets and control groups. */
@NullMarked
package dev.nestmap.tests.attached;

import org.jspecify.annotations.NullMarked;
