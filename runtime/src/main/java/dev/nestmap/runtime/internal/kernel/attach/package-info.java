/* SPDX-License-Identifier: Apache-2.0 */
/** Attaches programs to network interfaces, control groups, sockets, functions, tracepoints and perf events. */
@NullMarked
package dev.nestmap.runtime.internal.kernel.attach;

import org.jspecify.annotations.NullMarked;
