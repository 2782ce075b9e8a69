/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Compiles the BPF programs of a module with clang, compares the objects with the records, and reports the damage of a change of the
 * records. Build tools call it; it depends on none of them.
 *
 * <p>{@link dev.nestmap.builder.ModuleObjectCompiler} runs the steps of a build; each step is a class. It publishes no object before all objects
 * have passed the checks. {@link dev.nestmap.builder.SchemaBaselineCheck} compares schema texts with their copies; {@link
 * dev.nestmap.schema.plan.UpgradePlan} says what an upgrade does. {@link dev.nestmap.builder.ObjectFileCheck} checks objects that are
 * in version control.
 */
@NullMarked
package dev.nestmap.builder;

import org.jspecify.annotations.NullMarked;
