/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The model of the generated Java: the names of Java types, and the conversions of Java values to bytes. The reader creates it together
 * with the schema, and only the accessor writers use it.
 */
@NullMarked
package dev.nestmap.processor.model;

import org.jspecify.annotations.NullMarked;
