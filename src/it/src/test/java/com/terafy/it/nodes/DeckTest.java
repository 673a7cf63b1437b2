package com.terafy.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeckTest {

    private static final int MANY = 600;

    /** By which a node that is stopped or cannot be heard might be taken for dead. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(75);

    private static List<Card> cards(long seed, Duration run) {
        Deck deck = new Deck(seed, run);
        return Stream.generate(deck::next).limit(MANY).toList();
    }

    @Test
    void sameSeedGivesTheSameCardsAndAnotherOthers() {
        Duration hour = Duration.ofHours(1);
        assertThat(cards(4711, hour)).isEqualTo(cards(4711, hour)).isNotEqualTo(cards(4712, hour));
    }

    @Test
    void eachEventIsInEachDeck() {
        int deck = Stream.of(Event.values()).mapToInt(Event::cards).sum();
        assertThat(cards(1, Duration.ofMinutes(5)).subList(0, deck))
                .extracting(Card::event)
                .contains(Event.values());
    }

    @Test
    void nobodyIsPausedForLongerThanALivingNodeMayBeSilent() {
        assertThat(cards(2, Duration.ofHours(1)))
                .filteredOn(card -> card.event() == Event.PAUSE || card.event() == Event.FREEZE)
                .allMatch(card -> card.lasts().compareTo(LONGEST_PAUSE) < 0);
    }
}
