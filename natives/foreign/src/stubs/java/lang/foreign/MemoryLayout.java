/* SPDX-License-Identifier: Apache-2.0 */
package java.lang.foreign;

public interface MemoryLayout {
    long byteOffset(PathElement... elements);

    interface PathElement {
        static PathElement groupElement(String name) {
            throw new AssertionError();
        }
    }
}
