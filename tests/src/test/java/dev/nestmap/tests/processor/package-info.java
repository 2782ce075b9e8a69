/* SPDX-License-Identifier: Apache-2.0 */
/** Compiles sources with the processor, as users would, and looks at what comes of it. */
@NullMarked
package dev.nestmap.tests.processor;

import org.jspecify.annotations.NullMarked;
