/* SPDX-License-Identifier: Apache-2.0 */
/** Nestmap on the module path. */
@NullMarked
package dev.nestmap.tests.modules;

import org.jspecify.annotations.NullMarked;
