/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Command line options.
 *
 * @param machines number of machines, 1 or more
 * @param bootstrap the brokers of a Kafka cluster; null to start one
 * @param kills how many processes to kill
 * @param time how long to send
 * @param rollout whether the agents get the next version of the records meanwhile
 */
record Options(int machines, @Nullable String bootstrap, int kills, Duration time, boolean rollout) {
    private static final int MACHINES = 4;
    private static final int KILLS = 12;
    private static final double MINUTES = 2;

    /** Each machine has three processes. */
    private static final int MOST_MACHINES = 100;

    private static final int MOST_KILLS = 10_000;
    private static final int MOST_MINUTES = 10_080; // a week

    private static final String USAGE =
            "; the options are --machines NUMBER, --bootstrap HOST:PORT, --kills NUMBER, --minutes NUMBER"
                    + " and --rollout";

    /** Throws an {@link IllegalArgumentException} if the arguments are not valid. */
    static Options parse(String... arguments) {
        int machines = MACHINES;
        String bootstrap = null;
        int kills = KILLS;
        double minutes = MINUTES;
        boolean rollout = false;
        for (Iterator<String> rest = List.of(arguments).iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--machines" -> machines = whole(option, 1, MOST_MACHINES, value(option, rest));
                case "--bootstrap" -> bootstrap = value(option, rest);
                case "--kills" -> kills = whole(option, 0, MOST_KILLS, value(option, rest));
                case "--minutes" -> minutes = minutes(option, value(option, rest));
                case "--rollout" -> rollout = true;
                default -> throw new IllegalArgumentException("there is no option " + option + USAGE);
            }
        }
        return new Options(machines, bootstrap, kills, Duration.ofMillis((long) (minutes * 60_000)), rollout);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value" + USAGE);
        }
        return rest.next();
    }

    private static int whole(String option, int least, int most, String text) {
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The exception below covers this case too.
        }
        throw wrong(option, "a whole number from " + least + " to " + most, text);
    }

    private static double minutes(String option, String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value <= MOST_MINUTES) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The exception below covers this case too.
        }
        throw wrong(option, "a number from 0 to " + MOST_MINUTES, text);
    }

    private static IllegalArgumentException wrong(String option, String expected, String text) {
        return new IllegalArgumentException(option + " takes " + expected + ", not \"" + text + "\"" + USAGE);
    }
}
