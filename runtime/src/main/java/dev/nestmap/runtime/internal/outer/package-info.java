/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The state of one outer map: its slots, the inner maps that are open, and the queues of pending changes. An inner map is
 * <em>displaced</em> when a change takes it out of its slot, and <em>published</em> when a change puts it into one.
 */
@NullMarked
package dev.nestmap.runtime.internal.outer;

import org.jspecify.annotations.NullMarked;
