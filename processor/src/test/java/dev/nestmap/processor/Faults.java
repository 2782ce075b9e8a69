/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import java.io.IOException;
import javax.annotation.processing.Filer;
import javax.annotation.processing.Processor;
import javax.lang.model.util.Elements;

/** Nestmap's processor in compilers whose services fail. */
final class Faults {
    private Faults() {}

    /** The compiler's filer throws an exception that it does not declare. */
    static Processor filerThrows() {
        return filerThrows(new IllegalStateException("thrown by the test"));
    }

    /** A class can't be loaded. */
    static Processor classIsMissing() {
        return filerThrows(new NoClassDefFoundError("dev/nestmap/header/ReservedNames"));
    }

    /** The disk is full. */
    static Processor diskIsFull() {
        return filerThrows(new IOException("No space left on device"));
    }

    private static Processor filerThrows(Throwable failure) {
        return new InterceptedProcessor(Filer.class, (method, arguments) -> {
            if (method.equals("createResource")) {
                throw failure;
            }
            return false;
        });
    }

    /** The compiler does not find types again that it passed to the processor. */
    static Processor typesGetLost() {
        return new InterceptedProcessor(
                Elements.class,
                (method, arguments) -> method.equals("getTypeElement")
                        && arguments[arguments.length - 1].toString().startsWith("com.acme"));
    }
}
