/* SPDX-License-Identifier: Apache-2.0 */
/** Tests with a real broker, which runs in a process of its own. */
@NullMarked
package dev.nestmap.kafka;

import org.jspecify.annotations.NullMarked;
