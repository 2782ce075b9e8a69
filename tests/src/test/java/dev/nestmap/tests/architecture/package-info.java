/* SPDX-License-Identifier: Apache-2.0 */
/** Rules about dependencies between all modules and packages. */
@NullMarked
package dev.nestmap.tests.architecture;

import org.jspecify.annotations.NullMarked;
