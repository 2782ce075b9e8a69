/* SPDX-License-Identifier: Apache-2.0 */
/** What maps of maps were first shown with by others, as Nestmap has it: one class for each, to be read as an example. */
@NullMarked
package dev.nestmap.tests.seeds;

import org.jspecify.annotations.NullMarked;
