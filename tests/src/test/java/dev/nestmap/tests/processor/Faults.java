/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import java.io.IOException;
import javax.annotation.processing.Filer;
import javax.annotation.processing.Processor;
import javax.lang.model.util.Elements;

/** Nestmap's processor in a compiler that fails it. */
final class Faults {
    private Faults() {}

    /** A compiler with a defect: its filer throws what no filer may. */
    static Processor filerThrows() {
        return new Wrapped(Filer.class, (method, arguments) -> {
            if (method.equals("createResource")) {
                throw new IllegalStateException("as the test wants it");
            }
            return false;
        });
    }

    /** A disk that is full. */
    static Processor diskIsFull() {
        return new Wrapped(Filer.class, (method, arguments) -> {
            if (method.equals("createResource")) {
                throw new IOException("No space left on device");
            }
            return false;
        });
    }

    /** A compiler that loses the types that it has told of. */
    static Processor typesGetLost() {
        return new Wrapped(
                Elements.class,
                (method, arguments) -> method.equals("getTypeElement")
                        && arguments[arguments.length - 1].toString().startsWith("com.acme"));
    }
}
