/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/** The interface between generated code and the runtime. */
public final class GeneratedCodeInterface {
    /** Version of the interface. Increment it when older generated code can no longer run. */
    public static final int INTERFACE_VERSION = 12;

    private GeneratedCodeInterface() {}
}
