package dev.troth.spring;

import org.springframework.data.jpa.repository.JpaRepository;

/** Reviews, to Spring Data. */
interface ReviewRows extends JpaRepository<ReviewRow, String> {}
