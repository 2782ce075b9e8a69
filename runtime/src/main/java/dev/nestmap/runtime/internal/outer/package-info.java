/* SPDX-License-Identifier: Apache-2.0 */
/** The state of one outer map: its slots, the inner maps that are open, and the queues of pending changes. */
@NullMarked
package dev.nestmap.runtime.internal.outer;

import org.jspecify.annotations.NullMarked;
