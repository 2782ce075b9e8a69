/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.testing.LogRecords;
import java.lang.reflect.Proxy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An error is taken for the end of the object only if the object has ended. */
class DetachedLinkWarningsTest {
    @ParameterizedTest
    @EnumSource(names = {"FULL", "CLOSED"})
    void linksThatCanNotBeReadAreReportedUnlessTheObjectIsClosed(Reason reason) {
        ObjectBackend unreadable = (ObjectBackend) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ObjectBackend.class}, (proxy, method, arguments) -> {
                    throw BpfException.of(reason, "reading of information about the links")
                            .because("no file descriptor is left");
                });
        try (LogRecords logs = LogRecords.of("dev.nestmap.runtime")) {
            new DetachedLinkWarnings("flows", unreadable).check();

            if (reason == Reason.CLOSED) {
                assertThat(logs.messages()).isEmpty();
            } else {
                assertThat(logs.only()).contains("object flows: its links can't be read", "nobody notices");
            }
        }
    }
}
