/* SPDX-License-Identifier: Apache-2.0 */
/** Options for pinned maps, and plans of upgrades to records that have changed. */
@NullMarked
package dev.nestmap.runtime.pin;

import org.jspecify.annotations.NullMarked;
