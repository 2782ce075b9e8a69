/* SPDX-License-Identifier: Apache-2.0 */
/** Programs that are really attached: to functions, hooks and tracepoints of the kernel, to sockets and to control groups. */
@NullMarked
package dev.nestmap.tests.attached;

import org.jspecify.annotations.NullMarked;
