/* SPDX-License-Identifier: Apache-2.0 */
/** Reads records, enums and sealed interfaces as C types. */
@NullMarked
package dev.nestmap.processor.reader.type;

import org.jspecify.annotations.NullMarked;
