/* SPDX-License-Identifier: Apache-2.0 */
package java.lang.foreign;

import java.lang.invoke.MethodHandle;

public interface Linker {
    static Linker nativeLinker() {
        throw new AssertionError();
    }

    MethodHandle downcallHandle(FunctionDescriptor function, Option... options);

    MemorySegment upcallStub(MethodHandle target, FunctionDescriptor function, Arena arena, Option... options);

    interface Option {
        static Option captureCallState(String... state) {
            throw new AssertionError();
        }

        static StructLayout captureStateLayout() {
            throw new AssertionError();
        }
    }
}
