/* SPDX-License-Identifier: Apache-2.0 */
/** What listeners learn of operations. */
@NullMarked
package dev.nestmap.tests.observed;

import org.jspecify.annotations.NullMarked;
