/* SPDX-License-Identifier: Apache-2.0 */
/** Example: limits what each sender may send to a customer. The senders' state is in an inner map for each customer. */
@NullMarked
package dev.nestmap.examples.ratelimits;

import org.jspecify.annotations.NullMarked;
