/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

/** Keeps a program attached. A link belongs to the program's object, which closes it when it is closed itself. */
public interface Link extends AutoCloseable {
    /** Detaches the program. Does nothing if it is already detached. Any thread may call it. */
    @Override
    void close();
}
