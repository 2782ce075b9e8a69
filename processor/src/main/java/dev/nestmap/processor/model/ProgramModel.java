/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import dev.nestmap.schema.ProgramDef;

/**
 * A program, declared on the object's interface.
 *
 * @param program the program in C
 * @param member the method of the object's class that returns it: {@code countPackets()}
 */
public record ProgramModel(ProgramDef program, String member) {}
