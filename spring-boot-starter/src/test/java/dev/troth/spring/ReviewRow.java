package dev.troth.spring;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import org.jspecify.annotations.Nullable;

/** A review, to JPA. */
@Entity
@Table(name = "reviews")
class ReviewRow {
    @Id
    @Nullable
    String id;

    @Column(nullable = false)
    @Nullable
    String text;

    @Version
    @Nullable
    Integer version;

    protected ReviewRow() {}

    ReviewRow(String id, @Nullable String text) {
        this.id = id;
        this.text = text;
    }
}
