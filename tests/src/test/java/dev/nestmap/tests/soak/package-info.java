/* SPDX-License-Identifier: Apache-2.0 */
/** All operations on pinned maps at once, for minutes or hours, with exact sums at the end. */
@NullMarked
package dev.nestmap.tests.soak;

import org.jspecify.annotations.NullMarked;
