/* SPDX-License-Identifier: Apache-2.0 */
package java.lang.foreign;

public interface SegmentAllocator {
    default MemorySegment allocate(MemoryLayout layout) {
        throw new AssertionError();
    }
}
