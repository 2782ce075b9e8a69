/* SPDX-License-Identifier: Apache-2.0 */
/** C types with their sizes and offsets. */
@NullMarked
package dev.nestmap.schema.type;

import org.jspecify.annotations.NullMarked;
