/* SPDX-License-Identifier: Apache-2.0 */
/** What may depend on what, over all modules. */
@NullMarked
package dev.nestmap.tests.architecture;

import org.jspecify.annotations.NullMarked;
