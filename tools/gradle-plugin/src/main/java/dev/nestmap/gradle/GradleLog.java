/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.gradle;

import dev.nestmap.builder.BuildLog;
import org.gradle.api.logging.Logger;

/** Passes messages to Gradle's log. */
record GradleLog(Logger log) implements BuildLog {
    @Override
    public void info(String message) {
        log.lifecycle(message);
    }

    @Override
    public void warn(String message) {
        log.warn(message);
    }

    @Override
    public void error(String message) {
        log.error(message);
    }
}
