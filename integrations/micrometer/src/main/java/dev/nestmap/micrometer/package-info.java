/* SPDX-License-Identifier: Apache-2.0 */
/** Metrics of Nestmap's operations, for Micrometer. */
@NullMarked
package dev.nestmap.micrometer;

import org.jspecify.annotations.NullMarked;
