/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.nio.ByteBuffer;

/** The values of an array in memory that programs and user space share. */
public interface SharedArrayValues extends AutoCloseable {
    /** The values, each at a multiple of 8 bytes. Reading after {@link #close} is safe but returns arbitrary bytes. */
    ByteBuffer bytes();

    /** Unmaps the array. Other threads may read at the same time, but must not write. */
    @Override
    void close();
}
