/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/** What the processor and the runtime agree on of the code that one writes and the other runs. */
public final class GeneratedCode {
    /** The level of that agreement. It goes up when generated code of before can't be run any more. */
    public static final int LEVEL = 1;

    private GeneratedCode() {}
}
