/* SPDX-License-Identifier: Apache-2.0 */
/** Reads records as map definitions. */
@NullMarked
package dev.nestmap.processor.reader.map;

import org.jspecify.annotations.NullMarked;
