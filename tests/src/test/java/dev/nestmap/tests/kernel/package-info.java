/* SPDX-License-Identifier: Apache-2.0 */
/** Generated accessors and programs on maps in the running kernel. */
@NullMarked
package dev.nestmap.tests.kernel;

import org.jspecify.annotations.NullMarked;
