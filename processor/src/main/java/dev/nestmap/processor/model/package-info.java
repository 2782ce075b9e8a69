/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a schema can't say and accessors need: the Java names, and how Java values become bytes. Made by the reader beside
 * the schema, used by the accessor writer alone.
 */
@NullMarked
package dev.nestmap.processor.model;

import org.jspecify.annotations.NullMarked;
